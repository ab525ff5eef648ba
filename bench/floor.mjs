/**
 * The floor: the least a durable executor can do on libSQL, to measure Maestro against.
 * One insert per step on the raw driver, group commit per event-loop turn, a step's result durable before the next
 * step starts, the run's end in the transaction of its last step. No retries, no schemas, no graph, no resume.
 */
import Database from "libsql";

const TABLES = `
  CREATE TABLE run (id TEXT PRIMARY KEY, score TEXT NOT NULL, status TEXT NOT NULL, input TEXT, output TEXT, at INTEGER NOT NULL, done INTEGER) WITHOUT ROWID;
  CREATE TABLE step (run TEXT NOT NULL, key TEXT NOT NULL, status TEXT NOT NULL, out TEXT, at INTEGER NOT NULL, PRIMARY KEY (run, key)) WITHOUT ROWID;`;

/** @param {{ file: string, durability: "process" | "power" }} options */
export function openFloor({ file, durability }) {
  const db = new Database(file, { timeout: 5000 });
  db.exec("PRAGMA journal_mode = WAL");
  db.exec(`PRAGMA synchronous = ${durability === "power" ? "FULL" : "NORMAL"}`);
  db.exec("PRAGMA cache_size = -16000");
  db.exec(TABLES);
  const begin = db.prepare("BEGIN IMMEDIATE");
  const commit = db.prepare("COMMIT");
  const insertRun = db.prepare(
    "INSERT INTO run (id, score, status, input, at) VALUES (?, ?, 'running', ?, ?)",
  );
  const insertStep = db.prepare("INSERT INTO step (run, key, status, out, at) VALUES (?, ?, 'ok', ?, ?)");
  const endRun = db.prepare("UPDATE run SET status = 'ok', output = ?, done = ? WHERE id = ?");

  let group = [];
  let waiters = [];
  let isScheduled = false;
  function flush() {
    isScheduled = false;
    const [writes, told] = [group, waiters];
    [group, waiters] = [[], []];
    if (writes.length === 1) writes[0][0].run(writes[0][1]);
    else {
      begin.run();
      for (const [statement, args] of writes) statement.run(args);
      commit.run();
    }
    for (const tell of told) tell();
  }
  const write = (statement, args) => {
    group.push([statement, args]);
    if (!isScheduled) {
      isScheduled = true;
      setImmediate(flush);
    }
  };
  const durable = () => new Promise((resolve) => waiters.push(resolve));

  let count = 0;
  const prefix = Date.now().toString(36);
  async function begun(score, input) {
    const id = `${prefix}${(count++).toString(36).padStart(6, "0")}`;
    write(insertRun, [id, score, JSON.stringify(input), Date.now()]);
    await durable();
    return id;
  }
  async function step(run, key, perform, input, isLast) {
    const output = await perform(input);
    const json = JSON.stringify(output);
    write(insertStep, [run, key, json, Date.now()]);
    if (isLast) write(endRun, [json, Date.now(), run]);
    await durable();
    return output;
  }

  return {
    /** Plays `steps` one after the other. */
    async chain(steps, input, text) {
      const run = await begun("chain", [input, text]);
      let value = input;
      for (const [i, perform] of steps.entries())
        value = await step(run, `s${i}`, perform, value, i === steps.length - 1);
      return value;
    },
    /** Plays `perform` for every item at once. */
    async fan(perform, items) {
      const run = await begun("fan", items.length);
      const outputs = await Promise.all(items.map((item, i) => step(run, `f/${i}`, perform, item, false)));
      write(endRun, [JSON.stringify(outputs), Date.now(), run]);
      await durable();
      return outputs;
    },
    /** Plays `performs` in a row for every item, all items at once. */
    async bodies(performs, items) {
      const run = await begun("bodies", items.length);
      const outputs = await Promise.all(
        items.map(async (item, i) => {
          let value = item;
          for (const [j, perform] of performs.entries())
            value = await step(run, `b/${i}/s${j}`, perform, value, false);
          return value;
        }),
      );
      write(endRun, [JSON.stringify(outputs), Date.now(), run]);
      await durable();
      return outputs;
    },
    /** Plays `depth` layers of `width` steps; each step has the outputs of two of the layer before as its input. */
    async layers(perform, { width, depth }, input) {
      const run = await begun("layers", input);
      let layer = Array.from({ length: width }, () => input);
      for (let d = 0; d < depth; d++) {
        const before = layer;
        layer = before.map(async (first, i) => {
          const inputs = { a: await first, b: await before[(i + 1) % width] };
          return step(run, `l${d}x${i}`, perform, inputs, false);
        });
      }
      const outputs = await Promise.all(layer);
      write(endRun, [JSON.stringify(outputs), Date.now(), run]);
      await durable();
      return outputs;
    },
    close: () => db.close(),
  };
}
