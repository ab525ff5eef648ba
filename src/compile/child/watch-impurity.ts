import { syncBuiltinESMExports } from "node:module";
import type { Finding } from "../../define/finding.ts";
import type { Site } from "../../define/site.ts";
import type { FactsOf } from "../../diagnostics/index.ts";
import { frameAbove } from "./frame-above.ts";
import { nodeAtWork } from "./node-at-work.ts";
import { toSite } from "./to-site.ts";

// Taken before a module can replace them.
const { apply: applyTo, construct: make, get: getOf, has: hasIn, ownKeys: keysOf, set: setIn } = Reflect;

type OutsideKind = FactsOf<"MS1008">["kind"];

/** Says what modules read of the world while they are loaded. */
export interface ImpurityWatch {
  /** Files are loaded anew: what was told of a place is told again. */
  forget(): void;
  /** From here on what is read counts, but for the kinds in `allowed`. */
  begin(allowed: ReadonlySet<OutsideKind>): void;
  /** Ends it, and gives what was read: each place once. */
  end(): Finding[];
}

/** Looking for the caller costs a few µs: a module that draws a million numbers must not wait for us. */
const MOST_LOOKS = 300;

/** What Node asks for with every import. */
const NODES_OWN = "WATCH_REPORT_DEPENDENCIES";
const CRYPTO = ["randomUUID", "randomBytes", "randomInt"];
const READS = [
  ...["access", "exists", "glob", "lstat", "open", "opendir", "readFile", "readdir", "readlink", "realpath"],
  ...["stat", "createReadStream", "openAsBlob"],
];

type Callable = (...args: never[]) => unknown;
type Note = (kind: OutsideKind, what: string, below: Callable) => void;

/**
 * Puts itself in front of what tells something about the world: the environment, the clock, random numbers, the network
 * and files. It stays for the life of the process, as modules keep what they have taken, and counts between `begin` and
 * `end` alone.
 */
export function watchImpurity(root: string): ImpurityWatch {
  let allowed: ReadonlySet<OutsideKind> | undefined;
  let looks = 0;
  const seen = new Set<string>();
  const found: Finding[] = [];
  const note: Note = (kind, what, below) => {
    if (!allowed || nodeAtWork.imports > 0 || allowed.has(kind) || looks >= MOST_LOOKS) return;
    try {
      const frame = frameAbove(below);
      if (!frame) return;
      looks++;
      const site = toSite(frame, root);
      if (!site || seen.has(keyOf(site))) return;
      seen.add(keyOf(site));
      found.push({ code: "MS1008", facts: { kind, what }, sites: [site] });
    } catch {
      // A module that has replaced built-in functions meets them here: MS1015 says so.
    }
  };
  watchEnvironment(note);
  watchClock(note);
  watchRandomness(note);
  watchCall(globalThis, "fetch", { kind: "network", what: "fetch()", note });
  watchFiles(note);
  syncBuiltinESMExports();
  return {
    forget: () => seen.clear(),
    begin(kinds) {
      [allowed, looks] = [kinds, 0];
    },
    end() {
      allowed = undefined;
      return found.splice(0);
    },
  };
}

function keyOf({ file, line, column }: Site): string {
  return `${file}:${line}:${column}`;
}

interface Watched {
  readonly kind: OutsideKind;
  readonly what: string;
  readonly note: Note;
}

/** Notes each call of the function `key` of `holder`. A proxy keeps what hangs on it: `promisify.custom`, `native`. */
function watchCall(holder: object, key: string, { kind, what, note }: Watched): void {
  const descriptor = Reflect.getOwnPropertyDescriptor(holder, key);
  const original: unknown = descriptor && "value" in descriptor ? descriptor.value : undefined;
  if (typeof original !== "function" || !descriptor?.configurable) return;
  const apply = (target: Callable, self: unknown, args: never[]): unknown => {
    note(kind, what, apply as Callable);
    return applyTo(target, self, args);
  };
  Reflect.defineProperty(holder, key, { ...descriptor, value: new Proxy(original as Callable, { apply }) });
}

function watchEnvironment(note: Note): void {
  const named = (key: string) =>
    /^[A-Za-z_$][\w$]*$/.test(key) ? `process.env.${key}` : `process.env[${JSON.stringify(key)}]`;
  const get = (env: NodeJS.ProcessEnv, key: string | symbol): unknown => {
    if (typeof key === "string" && key !== NODES_OWN) note("environment", named(key), get as Callable);
    return getOf(env, key);
  };
  const has = (env: NodeJS.ProcessEnv, key: string | symbol): boolean => {
    if (typeof key === "string") note("environment", named(key), has as Callable);
    return hasIn(env, key);
  };
  const ownKeys = (env: NodeJS.ProcessEnv): (string | symbol)[] => {
    note("environment", "process.env", ownKeys as Callable);
    return keysOf(env);
  };
  // Without it a value would be defined and not set, which the real one refuses.
  const set = (env: NodeJS.ProcessEnv, key: string | symbol, value: unknown) => setIn(env, key, value);
  const value = new Proxy(process.env, { get, has, ownKeys, set });
  Reflect.defineProperty(process, "env", { value, configurable: true, enumerable: true, writable: true });
}

function watchClock(note: Note): void {
  const clock = (what: string) => ({ kind: "clock", what, note }) as const;
  watchCall(Date, "now", clock("Date.now()"));
  watchCall(Object.getPrototypeOf(performance) as object, "now", clock("performance.now()"));
  watchCall(process.hrtime, "bigint", clock("process.hrtime.bigint()"));
  watchCall(process, "hrtime", clock("process.hrtime()"));
  const construct = (target: DateConstructor, args: unknown[], made: unknown): object => {
    if (args.length === 0) note("clock", "new Date()", construct as Callable);
    return make(target, args, made === watched ? target : (made as Callable)) as object;
  };
  const apply = (target: DateConstructor): string => {
    note("clock", "Date()", apply as Callable);
    return target();
  };
  const watched: DateConstructor = new Proxy(Date, { construct, apply });
  Reflect.defineProperty(Date.prototype, "constructor", {
    value: watched,
    configurable: true,
    writable: true,
  });
  Reflect.defineProperty(globalThis, "Date", { value: watched, configurable: true, writable: true });
}

function watchRandomness(note: Note): void {
  const random = (what: string) => ({ kind: "randomness", what, note }) as const;
  watchCall(Math, "random", random("Math.random()"));
  for (const key of ["randomUUID", "getRandomValues"])
    watchCall(Crypto.prototype, key, random(`crypto.${key}()`));
  const own = process.getBuiltinModule("node:crypto");
  for (const key of CRYPTO) watchCall(own, key, random(`${key}()`));
}

function watchFiles(note: Note): void {
  const fs = process.getBuiltinModule("node:fs");
  const files = (what: string) => ({ kind: "files", what, note }) as const;
  for (const key of READS) {
    watchCall(fs.promises, key, files(`${key}()`));
    for (const name of [key, `${key}Sync`]) watchCall(fs, name, files(`${name}()`));
  }
}
