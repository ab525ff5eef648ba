// Migrates the store in `file` from the version `from` on, and kills itself before statement `dieBefore`.
import { type Connection, connectLibsql } from "../../../src/store/connection.ts";
import { migrate } from "../../../src/store/migrate.ts";

const [file = "", migrations = "", from = "", dieBefore = ""] = process.argv.slice(2);
let statement = 0;

function step<T>(work: () => T): T {
  if (++statement === Number(dieBefore)) process.kill(process.pid, "SIGKILL");
  return work();
}

function mortal(path: string): Connection {
  const real = connectLibsql(path);
  return {
    execute: (sql, args) => step(() => real.execute(sql, args)),
    async executeMultiple(script) {
      for (const sql of script.split(";")) await step(() => real.executeMultiple(sql));
    },
    async batch(statements) {
      await step(() => real.executeMultiple("BEGIN IMMEDIATE"));
      for (const { sql, args } of statements) await step(() => real.execute(sql, args));
      await step(() => real.executeMultiple("COMMIT"));
    },
    query: (sql, args) => real.query(sql, args),
    reconnect: () => real.reconnect(),
    close: () => real.close(),
  };
}

await migrate({ connection: mortal(file), file, migrations, from: Number(from) });
