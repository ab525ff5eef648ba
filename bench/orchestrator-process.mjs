/** `maestro start` as a process of its own, and what it takes of the machine. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { askOwner } from "../src/services/ask-owner.ts";

const here = dirname(fileURLToPath(import.meta.url));
export const BIN = join(here, "../bin/maestro.cjs");
const TICKS_PER_S = 100;
/** Of `/proc/PID/stat` after the name: its own time, and that of the children that are gone. */
const FIELDS = [11, 12, 13, 14];

/**
 * Starts it.
 * @param before words of a program that begins it, such as `chrt -f 20`
 */
export function startOrchestrator(folder, before = []) {
  const startedAt = performance.now();
  const words = [...before, process.execPath, BIN, "start", "--json"];
  const child = spawn(words[0], words.slice(1), { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const heard = new Map();
  const waiting = new Map();
  const hear = (text) => {
    said += text;
    for (const [mark, resolve] of waiting) {
      if (!said.includes(mark)) continue;
      heard.set(mark, performance.now() - startedAt);
      waiting.delete(mark);
      resolve(heard.get(mark));
    }
    // What has been looked through, but for what may be half a line.
    if (said.length > 1_000_000 && waiting.size === 0) said = "";
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const ended = new Promise((resolve) => child.on("close", (code) => resolve(code)));
  const mark = (text) =>
    new Promise((resolve, reject) => {
      waiting.set(text, resolve);
      ended.then((code) =>
        reject(new Error(`it ended with ${code} before it said ${text}:\n${said.slice(-4_000)}`)),
      );
      hear("");
    });
  return {
    pid: child.pid,
    /** Resolves with how many ms after its start it said `text`. */
    mark,
    status: async () => (await askOwner(join(folder, ".maestro/maestro.db"), { op: "status" }))?.result,
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      return ended;
    },
  };
}

/** Waits until `is` says so of the orchestrator's status. */
export async function until(orchestrator, is) {
  for (;;) {
    const status = await orchestrator.status();
    if (status && is(status)) return status;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Waits until it and what it has started take less than a tenth of a core. */
export async function untilCalm({ pid }) {
  for (let before = readProcesses(pid).cpuSeconds; ; ) {
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const now = readProcesses(pid).cpuSeconds;
    if (now - before < 0.2) return;
    before = now;
  }
}

/** CPU seconds of a process and those that it has started, as far as they are there, and the memory of each in bytes. */
export function readProcesses(pid) {
  const own = statOf(pid);
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(Number(name)) ?? [])
    .filter(({ parent }) => parent === pid);
  return {
    cpuSeconds: [own, ...children].reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    rss: rssOf(pid),
    childRss: children.map((child) => rssOf(child.pid)),
  };
}

function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return {
      pid,
      parent: Number(fields[1]),
      cpuSeconds: FIELDS.reduce((sum, field) => sum + Number(fields[field]), 0) / TICKS_PER_S,
    };
  } catch {
    return undefined;
  }
}

function rssOf(pid) {
  try {
    return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
