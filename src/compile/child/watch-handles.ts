import { syncBuiltinESMExports } from "node:module";
import type { Finding } from "../../define/finding.ts";
import { callSites, type Site } from "../../define/site.ts";
import { toSite } from "./to-site.ts";

/** Says what modules leave open when they have been loaded. */
export interface HandleWatch {
  begin(): void;
  /** Ends it, and gives what was opened since `begin` and is open still, where that keeps a process alive. */
  end(): Finding[];
}

interface Opened {
  readonly what: string;
  readonly how: string;
  readonly handle: object;
  readonly site: Site;
}

type Callable = (...args: never[]) => unknown;

/** As for what is read: the place of a call costs a few µs. */
const MOST_OPENED = 300;
const { apply: applyTo } = Reflect;
const TIMERS = ["setTimeout", "setInterval"];

/** Puts itself in front of what starts timers, servers, connections and processes; it counts between `begin` and `end` alone. */
export function watchHandles(root: string): HandleWatch {
  let isOn = false;
  const opened: Opened[] = [];
  const note = (what: string, how: string, handle: unknown, below: Callable): void => {
    if (!isOn || opened.length >= MOST_OPENED || typeof handle !== "object" || handle === null) return;
    try {
      for (const frame of callSites(below)) {
        const site = toSite(frame, root);
        if (site) return void opened.push({ what, how, handle, site });
      }
    } catch {
      // A module that has replaced built-in functions meets them here: MS1015 says so.
    }
  };
  const timers = process.getBuiltinModule("node:timers");
  for (const name of TIMERS) {
    for (const holder of [globalThis, timers])
      replace(holder, name, (result, _self, below) => note("a timer", name, result, below));
  }
  const { Server, Socket } = process.getBuiltinModule("node:net");
  replace(Server.prototype, "listen", (_result, self, below) => note("a server", "listen", self, below));
  replace(Socket.prototype, "connect", (_result, self, below) =>
    note("a connection", "connect", self, below),
  );
  const { ChildProcess } = process.getBuiltinModule("node:child_process");
  replace(ChildProcess.prototype, "spawn", (_result, self, below) => note("a process", "spawn", self, below));
  syncBuiltinESMExports();
  return {
    begin() {
      isOn = true;
    },
    end() {
      isOn = false;
      const all = opened.splice(0);
      if (all.length === 0) return [];
      const alive = new Set(activeHandles());
      return all
        .filter(({ handle }) => (isTimer(handle) ? isPending(handle) : alive.has(handle)))
        .map(({ what, how, site }) => ({ code: "MS1012", facts: { what, how }, sites: [site] }));
    },
  };
}

/** What Node keeps with a timer: it has run, or was cleared. */
interface Timer extends NodeJS.Timeout {
  readonly _destroyed: boolean;
}

function isTimer(handle: object): handle is Timer {
  return "_destroyed" in handle && "hasRef" in handle;
}

function isPending(timer: Timer): boolean {
  return !timer._destroyed && timer.hasRef();
}

/** Servers, sockets and the like that keep this process alive. Node has it for its own tests, and no other way to ask. */
function activeHandles(): readonly object[] {
  return (process as unknown as { _getActiveHandles?(): object[] })._getActiveHandles?.() ?? [];
}

/** Calls `then` after each call of the function `key` of `holder`. A proxy keeps what hangs on it: `promisify.custom`. */
function replace(
  holder: object,
  key: string,
  then: (result: unknown, self: unknown, below: Callable) => void,
): void {
  const descriptor = Reflect.getOwnPropertyDescriptor(holder, key);
  if (typeof descriptor?.value !== "function") return;
  const apply = (target: Callable, self: unknown, args: never[]): unknown => {
    const result = applyTo(target, self, args);
    then(result, self, apply as Callable);
    return result;
  };
  Reflect.defineProperty(holder, key, {
    ...descriptor,
    value: new Proxy(descriptor.value as Callable, { apply }),
  });
}
