import { defineOrchestra } from "maestro-ts";
import score from "../scores/invoice.ts";

export default defineOrchestra({
  id: "invoice-daily",
  plays: score,
  input: {},
  schedule: { cron: "0 9 * * *", timezone: "Europe/Berlin" },
});
