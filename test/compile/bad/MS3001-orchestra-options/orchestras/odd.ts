import { defineOrchestra, encrypted, env, fromCommand, runOf, webhook } from "maestro-ts";
import letters from "../scores/letters.ts";

const nothing = { id: "letters" } as never;

export default defineOrchestra({
  id: "odd",
  name: " ",
  tag: "two\nlines",
  description: 5 as never,
  plays: letters,
  input: { name: "Ada" },
  schedule: {
    cron: "*/5 * * * *",
    timezone: "Etc/UTC",
    catchUp: { all: { max: 0, window: "soon" as "1h" } },
    jitter: "5m",
  },
  on: [
    webhook({ secret: "abc" as never, into: "" }),
    runOf(nothing, { status: ["completed", "stopped" as "failed"] }),
    "daily" as never,
  ],
  secrets: { A: encrypted("1"), B: fromCommand([] as never), C: env("") },
  budget: { perRunUsd: -1, perDayUsd: "5" as never },
  concurrency: 0,
});
