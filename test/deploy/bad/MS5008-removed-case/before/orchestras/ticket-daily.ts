import { defineOrchestra } from "maestro-ts";
import score from "../scores/ticket.ts";

export default defineOrchestra({
  id: "ticket-daily",
  plays: score,
  input: {},
  schedule: { cron: "0 9 * * *", timezone: "Europe/Berlin" },
});
