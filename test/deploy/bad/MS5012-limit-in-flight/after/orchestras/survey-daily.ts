import { defineOrchestra } from "maestro-ts";
import score from "../scores/survey.ts";

export default defineOrchestra({
  id: "survey-daily",
  plays: score,
  input: {},
  concurrency: 1,
  schedule: { cron: "0 9 * * *", timezone: "Europe/Berlin" },
});
