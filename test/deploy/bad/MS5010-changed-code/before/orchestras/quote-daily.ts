import { defineOrchestra } from "maestro-ts";
import score from "../scores/quote.ts";

export default defineOrchestra({
  id: "quote-daily",
  plays: score,
  input: {},
  schedule: { cron: "0 9 * * *", timezone: "Europe/Berlin" },
});
