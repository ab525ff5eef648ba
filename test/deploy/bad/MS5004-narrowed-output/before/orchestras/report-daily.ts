import { defineOrchestra } from "maestro-ts";
import score from "../scores/report.ts";

export default defineOrchestra({
  id: "report-daily",
  plays: score,
  input: {},
  schedule: { cron: "0 9 * * *", timezone: "Europe/Berlin" },
});
