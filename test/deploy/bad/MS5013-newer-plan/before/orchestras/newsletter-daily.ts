import { defineOrchestra } from "maestro-ts";
import score from "../scores/newsletter.ts";

export default defineOrchestra({
  id: "newsletter-daily",
  plays: score,
  input: {},
  schedule: { cron: "0 9 * * *", timezone: "Europe/Berlin" },
});
