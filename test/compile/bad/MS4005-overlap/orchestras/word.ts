import { defineOrchestra } from "maestro-ts";
import slow from "../scores/slow.ts";

export default defineOrchestra({ id: "word", plays: slow, input: { fast: true }, schedule: { cron: "0 9 * * *", timezone: "Etc/UTC", overlap: "wait" as never } });
