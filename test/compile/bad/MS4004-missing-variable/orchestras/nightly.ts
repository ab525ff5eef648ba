import { defineOrchestra, env } from "maestro-ts";
import plain from "../scores/plain.ts";

const secrets = { CRM_KEY: env("CRM_KEY") };
export default defineOrchestra({ id: "nightly", plays: plain, input: {}, secrets });
