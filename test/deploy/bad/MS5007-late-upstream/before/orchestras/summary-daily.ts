import { defineOrchestra } from "maestro-ts";
import score from "../scores/summary.ts";

export default defineOrchestra({
  id: "summary-daily",
  plays: score,
  input: {},
  schedule: { cron: "0 9 * * *", timezone: "Europe/Berlin" },
});
