/**
 * What the screens of `maestro dev` take while a run of 1,000 steps a second is played and drawn, in a terminal of its own:
 * from a key to the next frame that shows it, and of the processor beyond what the same takes without screens. Prints JSON:
 * {"columns","rows","stepsPerSecond","keyP50Ms","keyP95Ms","drawingCpu","ownerCpu","idleCpu","framesPerSecond"}.
 *   npm run bench:screens [-- --quick]
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const { spawn } = createRequire(import.meta.url)("@lydell/node-pty");
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const bin = join(root, "bin/maestro.cjs");
const isQuick = process.argv.includes("--quick");
const KEYS = isQuick ? 30 : 100;
const BETWEEN_MS = 100;
const IDLE_MS = isQuick ? 2_000 : 5_000;
/** A machine that is this slow says nothing about a frame. */
const PATIENCE_MS = 30_000;
const TICKS_PER_S = 100;
const only = process.argv.find((word) => word.startsWith("--only="))?.slice("--only=".length);
const SIZES = [
  [80, 24],
  [200, 60],
];

// 50 at once, each of which takes 50 ms: 1,000 steps a second.
const SCORE = `import { defineScore, input, map, task } from "maestro-ts";
import { z } from "zod";
import { setTimeout as sleep } from "node:timers/promises";

const start = input(z.object({ items: z.array(z.number()).default(Array.from({ length: 10000 }, (_, i) => i)) }));
const items = map({
  over: start.items,
  maxItems: 10000,
  concurrency: 50,
  each: (item) => task({ input: { item }, output: z.number(), run: async ({ input }) => (await sleep(50), input.item) }),
});

export default defineScore({ id: "busy", input: start, nodes: { items } });
`;

for (const [columns, rows] of SIZES)
  if (!only || only === `${columns}x${rows}`) console.log(JSON.stringify(await measure(columns, rows)));
process.exit(0);

async function measure(columns, rows) {
  const folder = makeWorkspace();
  const pty = open(folder, columns, rows);
  try {
    await pty.shows("busy");
    await sleep(1_000);
    const idleCpu = await cpuOf(pty.pid, IDLE_MS);
    for (const text of [":run busy", "\r", "\r"]) {
      pty.type(text);
      await sleep(300);
    }
    await pty.shows("begins");
    pty.type("2");
    await sleep(500);
    pty.type("\r");
    await pty.shows("/10000");
    const times = [];
    const startedAt = performance.now();
    const before = { cpu: ticksOf(pty.pid), frames: pty.frames(), items: pty.items() };
    for (let i = 0; i < KEYS; i++) {
      // Help opens and closes: every key draws another screen.
      times.push(await pty.frameAfter("?"));
      await sleep(BETWEEN_MS);
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    const busyCpu = (ticksOf(pty.pid) - before.cpu) / TICKS_PER_S / seconds;
    const framesPerSecond = (pty.frames() - before.frames) / seconds;
    const stepsPerSecond = (pty.items() - before.items) / seconds;
    const top = open(folder, columns, rows, "top");
    await top.shows("busy");
    top.type("2");
    await sleep(500);
    top.type("\r");
    await sleep(1_000);
    const drawingCpu = await cpuOf(top.pid, IDLE_MS);
    top.end();
    return {
      columns,
      rows,
      stepsPerSecond: Math.round(stepsPerSecond),
      keyP50Ms: at(times, 0.5),
      keyP95Ms: at(times, 0.95),
      /** Of the process that draws and nothing else, as a share of a core. */
      drawingCpu: round(drawingCpu),
      /** Of the process that owns the store, compiles, plays and draws. */
      ownerCpu: round(busyCpu),
      idleCpu: round(idleCpu),
      framesPerSecond: round(framesPerSecond),
    };
  } finally {
    pty.end();
    await sleep(1_000);
    rmSync(folder, { recursive: true, force: true });
  }
}

function makeWorkspace() {
  const folder = mkdtempSync(join(tmpdir(), "maestro-screens-bench-"));
  for (const name of ["node_modules", "scores"]) mkdirSync(join(folder, name));
  symlinkSync(root, join(folder, "node_modules/maestro-ts"));
  symlinkSync(join(root, "node_modules/zod"), join(folder, "node_modules/zod"));
  writeFileSync(join(folder, "package.json"), '{ "name": "busy", "private": true, "type": "module" }\n');
  writeFileSync(
    join(folder, "maestro.config.ts"),
    'import { defineConfig } from "maestro-ts";\n\nexport default defineConfig({ store: { durability: "process" } });\n',
  );
  writeFileSync(join(folder, "scores/busy.ts"), SCORE);
  return folder;
}

function open(cwd, columns, rows, command = "dev") {
  const { CI: _, NO_COLOR: __, ...env } = process.env;
  const words = command === "dev" ? [bin, "dev", "--no-types"] : [bin, command];
  const pty = spawn(process.execPath, words, {
    cwd,
    cols: columns,
    rows,
    name: "xterm-256color",
    env: { ...env, LANG: "C.UTF-8" },
  });
  let [written, frames] = ["", 0];
  const waiting = new Set();
  pty.onData((text) => {
    written = (written + text).slice(-100_000);
    frames += text.split("\u001b[?2026h").length - 1;
    for (const look of waiting) look(text);
  });
  const until = (isRight) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`it was not shown: ${written.slice(-2_000)}`)),
        PATIENCE_MS,
      );
      const look = (text) => {
        if (!isRight(text)) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look("");
    });
  let isHelp = false;
  const COUNT = /(\d+)\/10000/g;
  return {
    /** Items that are over, as far as they were shown. */
    items: () => Number([...written.matchAll(COUNT)].at(-1)?.[1] ?? 0),
    pid: pty.pid,
    type: (text) => pty.write(text),
    frames: () => frames,
    shows: (text) => until(() => written.includes(text)),
    async frameAfter(key) {
      isHelp = !isHelp;
      // What stands there when help is shown, and when it is not.
      const sign = isHelp ? "Keys" : "busy";
      let since = "";
      const startedAt = performance.now();
      pty.write(key);
      await until((text) => {
        since += text;
        return since.includes(sign);
      });
      return performance.now() - startedAt;
    },
    end: () => pty.kill("SIGTERM"),
  };
}

/** Of one process, in hundredths of a second. */
function ticksOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

async function cpuOf(pid, ms) {
  const [before, startedAt] = [ticksOf(pid), performance.now()];
  await sleep(ms);
  return (ticksOf(pid) - before) / TICKS_PER_S / ((performance.now() - startedAt) / 1_000);
}

function at(times, share) {
  return round(times.toSorted((a, b) => a - b)[Math.floor(times.length * share)]);
}

function round(number) {
  return Math.round(number * 100) / 100;
}
