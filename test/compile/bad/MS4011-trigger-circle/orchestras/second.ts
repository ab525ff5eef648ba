import { defineOrchestra, runOf } from "maestro-ts";
import step from "../scores/step.ts";
import first from "./first.ts";

export default defineOrchestra({ id: "second", plays: step, input: {}, on: runOf(first) });
