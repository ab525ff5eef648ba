import { defineOrchestra, env } from "maestro-ts";
import outer from "../scores/outer.ts";

const variable = env("KEY");

export default defineOrchestra({ id: "whole", plays: outer, input: {}, secrets: { CRM_KEY: variable, LEDGER_KEY: variable, PAGER_KEY: variable } });
