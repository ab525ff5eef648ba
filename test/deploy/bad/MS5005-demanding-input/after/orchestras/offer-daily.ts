import { defineOrchestra } from "maestro-ts";
import score from "../scores/offer.ts";

export default defineOrchestra({
  id: "offer-daily",
  plays: score,
  input: { to: "Ada", currency: "EUR" },
  schedule: { cron: "0 9 * * *", timezone: "Europe/Berlin" },
});
