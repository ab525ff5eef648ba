// Opens the database directly, beside its owner, and takes its write lock again and again for some milliseconds.
import { connectLibsql } from "../../../src/store/connection.ts";

const [file = ""] = process.argv.slice(2);
const connection = connectLibsql(file);
console.log("ready");
for (;;) {
  const until = performance.now() + 3 + 5 * Math.random();
  await connection.executeMultiple("BEGIN IMMEDIATE");
  while (performance.now() < until);
  await connection.executeMultiple("COMMIT");
  await new Promise((resolve) => setTimeout(resolve, 3 * Math.random()));
}
