import { defineOrchestra } from "maestro-ts";
import score from "../scores/contract.ts";

export default defineOrchestra({
  id: "contract-daily",
  plays: score,
  input: {},
  schedule: { cron: "0 9 * * *", timezone: "Europe/Berlin" },
});
