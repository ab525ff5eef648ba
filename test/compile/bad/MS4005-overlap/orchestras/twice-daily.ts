import { defineOrchestra } from "maestro-ts";
import slow from "../scores/slow.ts";

export default defineOrchestra({ id: "twice-daily", plays: slow, input: { fast: true }, schedule: { cron: "0 6,9 * * *", timezone: "Etc/UTC" } });
