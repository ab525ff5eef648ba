// Loaded before `maestro start` (NODE_OPTIONS): the process kills itself before its n-th statement, or before the first one
// that DIE_BEFORE is the beginning of.
const { createRequire } = require("node:module");
const { currentTarget } = require("@neon-rs/load");

const { DIE_BEFORE = "" } = process.env;
// Its children are not to die, nor anything that looks for its Node.
if (process.argv[2] === "start") {
  // The program has the driver within it, and only this part of it from outside.
  const native = createRequire(require.resolve("libsql"))(`@libsql/${currentTarget()}`);
  let count = 0;
  const step = (sql) => {
    const text = sql.trim();
    const isIt = /^\d+$/.test(DIE_BEFORE) ? ++count === Number(DIE_BEFORE) : text.startsWith(DIE_BEFORE);
    if (isIt) process.kill(process.pid, "SIGKILL");
  };
  const { databaseExecSync, databasePrepareSync } = native;
  native.databaseExecSync = function (script) {
    for (const sql of script.split(";")) {
      if (sql.trim() === "") continue;
      step(sql);
      databaseExecSync.call(this, sql);
    }
  };
  const texts = new WeakMap();
  native.databasePrepareSync = function (sql) {
    const statement = databasePrepareSync.call(this, sql);
    texts.set(statement, sql);
    return statement;
  };
  for (const name of ["statementRun", "statementGet", "statementRowsSync"]) {
    const act = native[name];
    native[name] = function (...args) {
      step(texts.get(this));
      return act.apply(this, args);
    };
  }
}
