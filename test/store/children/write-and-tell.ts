// Writes steps one after the other and prints the key of each as soon as it is acknowledged.
import { writeSync } from "node:fs";
import { openStore } from "../../../src/store/open-store.ts";

const [file = "", migrations = "", durability] = process.argv.slice(2);
const store = await openStore({ file, durability: durability as "power" | "process", migrations });
for (let i = 0; ; i++) {
  await store.recordStep({
    runId: "run_1",
    key: `step/${i}`,
    attempt: 1,
    kind: "task",
    status: "completed",
    output: "1",
    error: null,
    info: null,
    startedAt: i,
    endedAt: i,
  });
  writeSync(1, `step/${i}\n`);
}
