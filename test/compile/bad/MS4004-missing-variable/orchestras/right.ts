import { defineOrchestra, env } from "maestro-ts";
import plain from "../scores/plain.ts";

export default defineOrchestra({ id: "right", plays: plain, input: {}, secrets: { CRM_KEY: env("CRM_SECRET") } });
