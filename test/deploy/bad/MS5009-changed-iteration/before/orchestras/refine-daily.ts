import { defineOrchestra } from "maestro-ts";
import score from "../scores/refine.ts";

export default defineOrchestra({
  id: "refine-daily",
  plays: score,
  input: {},
  schedule: { cron: "0 9 * * *", timezone: "Europe/Berlin" },
});
