import { type Connection, connectLibsql } from "../../src/store/connection.ts";

/**
 * The driver, with a kill -9 right before or right after the n-th commit.
 * @param kill `before:3`, `after:3`, or anything else for none
 */
export function killAtWrite(kill: string) {
  const [when, at] = kill.split(":") as [string, string | undefined];
  const counter = { writes: 0, isCounting: true };
  const counted = async <T>(write: () => Promise<T>): Promise<T> => {
    if (!counter.isCounting) return write();
    const isTheOne = ++counter.writes === Number(at);
    if (isTheOne && when === "before") process.kill(process.pid, "SIGKILL");
    const result = await write();
    if (isTheOne && when === "after") process.kill(process.pid, "SIGKILL");
    return result;
  };
  const connect = (path: string): Connection => {
    const real = connectLibsql(path);
    return {
      execute: (sql, args) =>
        /^\s*SELECT/i.test(sql) ? real.execute(sql, args) : counted(() => real.execute(sql, args)),
      batch: (statements, begun) => counted(() => real.batch(statements, begun)),
      executeMultiple: (sql) => real.executeMultiple(sql),
      query: (sql, args) => real.query(sql, args),
      reconnect: () => real.reconnect(),
      close: () => real.close(),
    };
  };
  return { counter, connect };
}
