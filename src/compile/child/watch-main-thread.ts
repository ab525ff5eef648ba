import { Session } from "node:inspector";
import { SourceMap } from "node:module";
import { workerData } from "node:worker_threads";
import { say } from "./say.ts";
import { toSite } from "./to-site.ts";

/** The place in `beats` that is 1 while a module that was loaded is being looked at. */
export const COLLECTING = 1;

export interface WatchData {
  /** Shared with the main thread. First: 0 while nothing is being loaded, else a count that moves whenever there is progress. */
  readonly beats: Int32Array;
  readonly root: string;
  readonly silenceMs: number;
  readonly memoryMb: number;
}

const TICK_MS = 50;
/** A machine that was asleep or overloaded must not count as a module that is stuck. */
const LONGEST_TICK_MS = 2 * TICK_MS;
const PAUSE_MS = 1_500;
/** A module that fills the heap is slow long before it is full: give it time to run out. */
const PATIENCE_WHILE_GROWING = 3;
/** A score of many thousand nodes takes its time. */
const PATIENCE_WHILE_COLLECTING = 2;
/** What lies outside of the heap has no limit of its own: this many heaps in all. */
const MOST_HEAPS = 4;

/** Ends the process when the main thread has been stuck for too long, and says before where it is. */
export function watchMainThread(): void {
  const { beats, silenceMs, memoryMb } = workerData as WatchData;
  let last = 0;
  let silentMs = 0;
  let tickedAt = performance.now();
  let workedMs = cpuMs();
  const timer = setInterval(() => {
    const [now, worked] = [performance.now(), cpuMs()];
    const beat = Atomics.load(beats, 0);
    const isCollecting = Atomics.load(beats, COLLECTING) === 1;
    // A large score gives no sign while it is looked at: what other programs take of the machine is not its time.
    const passedMs = isCollecting ? worked - workedMs : now - tickedAt;
    silentMs = beat === 0 || beat !== last ? 0 : silentMs + Math.min(passedMs, LONGEST_TICK_MS);
    [last, tickedAt, workedMs] = [beat, now, worked];
    const usedMb = process.memoryUsage.rss() / 2 ** 20;
    const isTooLarge = beat !== 0 && usedMb > memoryMb * MOST_HEAPS;
    const patience =
      usedMb > memoryMb * 0.5 ? PATIENCE_WHILE_GROWING : isCollecting ? PATIENCE_WHILE_COLLECTING : 1;
    if (!isTooLarge && silentMs < silenceMs * patience) return;
    clearInterval(timer);
    report({
      how: isTooLarge ? `it took more than ${memoryMb * MOST_HEAPS} MB of memory` : undefined,
      afterMs: silenceMs * patience,
    });
  }, TICK_MS);
}

/** Processor time of this process. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

interface Report {
  /** Why it is ended; `undefined` when it is stuck. */
  readonly how: string | undefined;
  readonly afterMs: number;
}

/** Says where the main thread is, then ends the process. */
function report({ how, afterMs }: Report): void {
  const { root } = workerData as WatchData;
  const scripts = new Map<string, { readonly url: string; readonly sourceMapURL?: string | undefined }>();
  const end = (site?: ReturnType<typeof toSite>): void => {
    try {
      say(how === undefined ? { is: "stuck", site, afterMs } : { is: "ending", how, site });
    } finally {
      process.kill(process.pid, "SIGKILL"); // Also when whoever asked has ended, and nobody listens.
    }
  };
  // A thread inside native code cannot be paused: then there is no place. Nor is there one when it cannot be asked.
  setTimeout(end, PAUSE_MS);
  process.on("uncaughtException", () => end());
  const session = new Session();
  session.connectToMainThread();
  session.on("Debugger.scriptParsed", ({ params }) => scripts.set(params.scriptId, params));
  session.on("Debugger.paused", ({ params }) => {
    for (const { location, url } of params.callFrames) {
      const script = scripts.get(location.scriptId);
      const file = url || script?.url;
      const map = toSourceMap(script?.sourceMapURL);
      const site =
        file &&
        toSite({ file, line: location.lineNumber + 1, column: (location.columnNumber ?? 0) + 1 }, root, map);
      if (site) return end(site);
    }
    end();
  });
  session.post("Debugger.enable", () => session.post("Debugger.pause"));
}

/** The map that stands in the code itself. The main thread's are out of reach here. */
function toSourceMap(url: string | undefined): SourceMap | undefined {
  const encoded = /^data:application\/json[^,]*;base64,(.*)$/s.exec(url ?? "")?.[1];
  try {
    return encoded === undefined
      ? undefined
      : new SourceMap(
          JSON.parse(Buffer.from(encoded, "base64").toString()) as ConstructorParameters<typeof SourceMap>[0],
        );
  } catch {
    return undefined;
  }
}
