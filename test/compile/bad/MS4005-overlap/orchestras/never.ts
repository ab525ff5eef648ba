import { defineOrchestra } from "maestro-ts";
import slow from "../scores/slow.ts";

export default defineOrchestra({ id: "never", plays: slow, input: { fast: true }, schedule: { cron: "0 9 30 2 *", timezone: "Etc/UTC" } });
