import { defineOrchestra } from "maestro-ts";
import slow from "../scores/slow.ts";

export default defineOrchestra({ id: "step", plays: slow, input: { fast: true }, schedule: { cron: "5/10 * * * *", timezone: "Etc/UTC" } });
