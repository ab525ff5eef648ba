import { defineOrchestra, runOf } from "maestro-ts";
import step from "../scores/step.ts";

const second = defineOrchestra({ id: Object.create(null), plays: step, input: {} });

export default defineOrchestra({ id: "first", plays: step, input: {}, on: runOf(second) });
