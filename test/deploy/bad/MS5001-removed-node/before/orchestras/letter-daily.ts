import { defineOrchestra } from "maestro-ts";
import score from "../scores/letter.ts";

export default defineOrchestra({
  id: "letter-daily",
  plays: score,
  input: {},
  schedule: { cron: "0 9 * * *", timezone: "Europe/Berlin" },
});
