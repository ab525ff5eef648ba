// Begins a transaction on the file given, writes 5,000 rows in it, says so, and waits until it is killed.
import { connectLibsql } from "../../../src/store/connection.ts";

const [file = ""] = process.argv.slice(2);
const connection = connectLibsql(file);
await connection.executeMultiple("BEGIN IMMEDIATE");
for (let n = 0; n < 5_000; n++) await connection.execute("INSERT INTO t VALUES (?)", [n]);
console.log("in its transaction");
setInterval(() => {}, 60_000);
