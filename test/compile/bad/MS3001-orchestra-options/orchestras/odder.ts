import { defineOrchestra } from "maestro-ts";
import letters from "../scores/letters.ts";

export default defineOrchestra({
  id: "odder",
  plays: letters,
  input: { name: "Ada" },
  schedule: { cron: "0 9 * * *", timezone: "Etc/UTC", catchUp: "first" as "last", jitter: 60 as never, kick: true } as never,
  on: "webhook" as never,
  budget: { perCallUsd: 1 } as never,
});
