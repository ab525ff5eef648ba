import { defineOrchestra } from "maestro-ts";
import step from "../../scores/step.ts";

export const imports = defineOrchestra({ id: "imports", plays: step, input: {} });
