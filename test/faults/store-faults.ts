import type { Fault } from "./fault.ts";

/** Mistakes in the store. */
export const storeFaults: readonly Fault[] = [
  {
    name: "a write is acknowledged before it is made",
    file: "store/write-queue.ts",
    from: "      await this.#commit(group.statements());\n      this.#committing = undefined;\n      group.resolve();",
    to: "      group.resolve();\n      await this.#commit(group.statements());\n      this.#committing = undefined;",
    foundBy: {
      file: "test/store/write-queue.test.ts",
      title: "rejects everybody in its group and every later write with the same error",
    },
  },
  {
    name: "what follows a write that failed is written",
    file: "store/write-queue.ts",
    from: "    this.#refusal = refusing(error);\n",
    to: "",
    foundBy: {
      file: "test/store/write-queue.test.ts",
      title: "rejects everybody in its group and every later write with the same error",
    },
  },
  {
    name: "a settled attempt takes a late result",
    file: "store/steps.ts",
    from: "\n  WHERE steps.status = 'running'`",
    to: "`",
    foundBy: {
      file: "test/store/states.test.ts",
      title: "a settled attempt keeps its outcome, whatever is recorded late",
    },
  },
  {
    name: "a run that has ended ends again",
    file: "store/runs.ts",
    from: "ended_at = ? WHERE id = ? AND ended_at IS NULL",
    to: "ended_at = ? WHERE id = ?",
    foundBy: {
      file: "test/store/states.test.ts",
      title: "a run that completed is not failed, resumed or counted as recovered afterwards",
    },
  },
  {
    name: "the rows of one turn are no transaction",
    file: "store/write-queue.ts",
    from: "    else await connection.batch(statements, isForRoom ? makeRoom : undefined);",
    to: "    else for (const one of statements) await connection.execute(one.sql, one.args);",
    foundBy: {
      file: "test/store/write-queue.test.ts",
      title: "everything written in one turn of the event loop is one transaction",
    },
  },
];
