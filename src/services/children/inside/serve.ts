import { Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { parse, stringify } from "../../../support/own-json.ts";
import { Batch } from "../batch.ts";
import { LineReader } from "../line-reader.ts";
import { type Hello, LINE_FD, type LoadFailure } from "../protocol.ts";
import { captureOutput } from "./capture-output.ts";
import { sayLast } from "./last-words.ts";
import { loadScores } from "./load-scores.ts";
import { ChildPlayer } from "./player.ts";
import { endGroup, type WatchData } from "./watch-over.ts";

/** The process as a whole may have this many times what its heap may. */
const MOST_HEAPS = 2;
const LEAST_MB = 320;

/** Plays what the owner says, until it says no more. `self` is the URL of the program. */
export function serve(self: string): void {
  const line = new Socket({ fd: LINE_FD, readable: true, writable: true });
  let onLine = (first: string) => {
    onLine = () => undefined;
    begin(parse(first) as Hello, line, self).then((then) => {
      onLine = then;
    });
  };
  const reader = new LineReader((text) => onLine(text));
  line.setEncoding("utf8").on("data", (text: string) => reader.take(text));
  // The owner is gone: nobody wants to know what comes of this.
  line.on("end", endGroup).on("close", endGroup).on("error", endGroup);
}

async function begin(hello: Hello, line: Socket, self: string): Promise<(text: string) => void> {
  const { token, codeFile, memoryMb } = hello;
  const watch: WatchData = { owner: process.ppid, mostMb: Math.max(memoryMb * MOST_HEAPS, LEAST_MB) };
  new Worker(new URL(self), { workerData: watch, stdout: true, stderr: true }).unref();
  const batch = new Batch(line);
  const { codes, facts } = await load(codeFile, (failure) => {
    line.write(`\n${token}x\t${stringify(failure)}\n`, () => endGroup());
  });
  const player = new ChildPlayer({
    codes,
    tell: (kind, id, json) =>
      batch.add(json === undefined ? `${token}${kind}\t${id}` : `${token}${kind}\t${id}\t${json}`),
    onLingering: () => batch.add(`${token}z`),
  });
  captureOutput((text) => {
    const { current } = player;
    if (!current || current.isOver) return false;
    current.print(text);
    return true;
  });
  watchProcess(player, line);
  batch.add(`${token}r\t${stringify(facts)}`);
  return (text) => obey(text, player);
}

function obey(text: string, player: ChildPlayer): void {
  const fields = text.split("\t");
  switch (fields[0]) {
    case "p":
      return player.play(fields);
    case "c":
      return player.call(fields);
    case "s":
      return player.stop(fields);
    default:
      process.exit(0);
  }
}

/** Resolves only when the code is there. */
async function load(codeFile: string, fail: (failure: LoadFailure) => void): ReturnType<typeof loadScores> {
  try {
    return await loadScores(codeFile);
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new TypeError(String(error));
    fail({ name, detail: message, stack: String(stack) });
    return new Promise(() => {});
  }
}

/** Says whose doing it was when the process ends, and what waits for nothing. */
function watchProcess(player: ChildPlayer, line: Socket): void {
  let isSaid = false;
  const jobOf = () => {
    const id = player.current?.id;
    return id === undefined ? {} : { job: Number(id) };
  };
  process.on("uncaughtException", (error: unknown) => {
    isSaid = true;
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    sayLast({ is: "threw", name, detail: message, ...jobOf() });
    endGroup();
  });
  process.on("exit", (code) => {
    if (!isSaid) sayLast({ is: "exit", code, ...jobOf() });
  });
  // The line alone keeps a process at its work only while it has none.
  process.on("beforeExit", () => {
    if (!player.isIdle) player.giveUp();
    line.ref();
  });
  line.on("data", () => line.unref());
}
