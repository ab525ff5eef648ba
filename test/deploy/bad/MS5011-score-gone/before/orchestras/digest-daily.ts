import { defineOrchestra } from "maestro-ts";
import score from "../scores/digest.ts";

export default defineOrchestra({
  id: "digest-daily",
  plays: score,
  input: {},
  schedule: { cron: "0 9 * * *", timezone: "Europe/Berlin" },
});
