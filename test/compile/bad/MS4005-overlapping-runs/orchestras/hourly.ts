import { defineOrchestra } from "maestro-ts";
import reminders from "../scores/reminders.ts";

export default defineOrchestra({
  id: "hourly",
  plays: reminders,
  input: {},
  schedule: { cron: "0 * * * *", timezone: "Etc/UTC" },
});
