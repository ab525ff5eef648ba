import { defineOrchestra, env } from "maestro-ts";
import plain from "../scores/plain.ts";

export default defineOrchestra({ id: "more", plays: plain, input: {}, secrets: { CRM_KEY: env("CRM_KEY"), SLACK_TOKEN: env("SLACK_TOKEN") } });
