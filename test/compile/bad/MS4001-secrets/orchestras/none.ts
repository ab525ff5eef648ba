import { defineOrchestra } from "maestro-ts";
import inner from "../scores/inner.ts";

export default defineOrchestra({ id: "none", plays: inner, input: {} });
