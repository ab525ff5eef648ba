import { defineOrchestra, runOf } from "maestro-ts";
import step from "../scores/step.ts";
import { imports } from "./lib/imports.ts";

export default defineOrchestra({ id: "reports", plays: step, input: {}, on: runOf(imports) });
