import { defineOrchestra } from "maestro-ts";
import inner from "./lib/inner.ts";

export default defineOrchestra({ id: "other", plays: inner, input: {} });
