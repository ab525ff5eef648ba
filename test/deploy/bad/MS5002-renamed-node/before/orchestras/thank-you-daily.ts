import { defineOrchestra } from "maestro-ts";
import score from "../scores/thank-you.ts";

export default defineOrchestra({
  id: "thank-you-daily",
  plays: score,
  input: {},
  schedule: { cron: "0 9 * * *", timezone: "Europe/Berlin" },
});
