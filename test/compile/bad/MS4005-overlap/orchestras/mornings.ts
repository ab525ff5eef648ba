import { defineOrchestra } from "maestro-ts";
import slow from "../scores/slow.ts";

export default defineOrchestra({ id: "mornings", plays: slow, input: { fast: true }, schedule: { cron: "0,15 9 * * 1-5", timezone: "Etc/UTC" } });
