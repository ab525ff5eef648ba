import { defineOrchestra } from "maestro-ts";
import score from "../scores/crawl.ts";

export default defineOrchestra({
  id: "crawl-often",
  plays: score,
  input: {},
  schedule: { cron: "0 * * * *", timezone: "Europe/Berlin" },
});
