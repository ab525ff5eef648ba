import { defineOrchestra } from "maestro-ts";
import rows from "../scores/import.ts";

export default defineOrchestra({ id: "nightly", plays: rows, input: {}, schedule: { cron: "0 2 * * *", timezone: "Etc/UTC" } });
