import { defineOrchestra } from "maestro-ts";
import slow from "../scores/slow.ts";

export default defineOrchestra({ id: "said", plays: slow, input: { fast: true }, schedule: { cron: "0 * * * *", timezone: "Etc/UTC", overlap: "queue" } });
