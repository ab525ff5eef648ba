import { execFileSync, spawn } from "node:child_process";
import { appendFileSync, closeSync, existsSync, readFileSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { defineScore, derive, input, map, task } from "../../src/index.ts";

const given = input(z.object({ what: z.string().default(""), ledger: z.string().default("") }));
const write = (ledger: string, line: unknown) => {
  appendFileSync(ledger, `${line}\n`);
  return true;
};

/**
 * What a child may be made to say in place of a result: a kind of message, and what follows the id. None of it is what a
 * child of ours says.
 */
export const NONSENSE: Readonly<Record<string, readonly [kind: string, rest: string]>> = {
  "a result that is no JSON": ["k", "boo"],
  "a failure without a message": ["f", "{}"],
  "a line of the log that is nothing": ["l", "null"],
  "a progress that is no pair": ["g", "5"],
  "what is no message": ["w", "5"],
  "scores that are none": ["r", '[{"plan":{}}]'],
  "a failure to load that is no JSON": ["x", "boo"],
};

/** Puts something else in the place of each result that this process tells. */
function garble([kind, rest]: readonly [kind: string, rest: string]): void {
  const { write } = Socket.prototype as { write: (...given: unknown[]) => boolean };
  const said = "rx".includes(kind) ? `$1${kind}\t${rest}` : `$1${kind}\t$2\t${rest}`;
  Socket.prototype.write = function (this: Socket, text: unknown, ...more: unknown[]) {
    const other = typeof text === "string" ? text.replace(/^(\w{8})k\t(\d+)\t.*$/gm, said) : text;
    return write.call(this, other, ...more);
  };
}

/** Everything that code can do to the process it is played in. */
const FAULTS: Readonly<Record<string, (call: { ledger: string; attempt: number }) => unknown>> = {
  loop: () => {
    for (;;);
  },
  exit: () => process.exit(3),
  exit0: () => process.exit(0),
  abort: () => process.abort(),
  heap: () => {
    const kept: unknown[] = [];
    for (;;) kept.push(new Array(100_000).fill(1.5));
  },
  buffers: async () => {
    const kept: unknown[] = [];
    for (;;) {
      kept.push(Buffer.alloc(10 * 2 ** 20, 1));
      await pause(5);
    }
  },
  kill: () => {
    process.kill(process.pid, "SIGKILL");
    return new Promise(() => {});
  },
  stray: async () => {
    setTimeout(() => {
      throw new RangeError("too far");
    }, 5);
    await pause(10_000);
  },
  rejection: async () => {
    void Promise.reject(new Error("nobody looks"));
    await pause(10_000);
  },
  close: async () => {
    closeSync(3);
    await pause(10_000);
  },
  never: () => new Promise(() => {}),
  forged: async () => {
    for (let id = 0; id < 50; id++) writeSync(3, `k\t${id}\t"forged"\nf\t${id}\t{"message":"forged"}\n{}\nk`);
    writeSync(4, "not JSON\n{");
    await pause(50);
    return "own";
  },
  words: () => {
    writeSync(4, '5\nnull\n{"is":"exit"}\n{"is":"threw","name":"","detail":{"toString":1}}\n');
    process.exit(3);
  },
  globals: () => {
    JSON.stringify = () => "boo";
    JSON.parse = () => "boo";
    globalThis.setTimeout = (() => 0) as never;
    globalThis.clearTimeout = () => undefined;
    return "own";
  },
  ...Object.fromEntries(
    Object.entries(NONSENSE).map(([what, said]) => [
      what,
      () => {
        garble(said);
        return "never told";
      },
    ]),
  ),
  flood: async () => {
    for (let i = 0; i < 20_000; i++) console.log(`line ${i} ${"x".repeat(100)}`);
    return "flooded";
  },
  sideways: async () => {
    // Past the streams of this process, from one that it starts.
    execFileSync("/bin/sh", ["-c", "i=0; while [ $i -lt 20000 ]; do echo sideways $i; i=$((i+1)); done"], {
      stdio: "inherit",
    });
    return "flooded";
  },
  deaf: async () => {
    await pause(60_000);
  },
  twice: ({ attempt }) => (attempt < 3 ? process.exit(1) : "third"),
  environment: () => Object.keys(process.env).sort().join(),
  pid: () => process.pid,
  grandchild: async ({ ledger }) => {
    const { pid } = spawn("sleep", ["1000"], { stdio: "ignore" });
    write(ledger, pid);
    write(ledger, process.pid);
    for (;;);
  },
  fine: () => "fine",
};

function faulty(
  id: string,
  policy: {
    readonly timeout?: "300ms";
    readonly retry?: "never" | { attempts: number; backoff: "1ms" };
  } = {},
) {
  const one = task({
    input: { what: given.what, ledger: given.ledger },
    output: z.any(),
    run: ({ input: { what, ledger }, attempt }) => FAULTS[what]!({ ledger, attempt }) as never,
    ...policy,
  });
  return defineScore({ id, input: given, nodes: { one }, output: { one: one.output as never } });
}

/** Beside 20 steps that need a moment, one that does `what`. */
function crowd() {
  const items = derive([given.what], () => Array.from({ length: 21 }, (_, i) => i));
  const all = map({
    over: items,
    maxItems: 21,
    onItemError: "collect",
    each: (item) =>
      task({
        input: { item, what: given.what, ledger: given.ledger },
        output: z.number(),
        run: async ({ input: { item, what, ledger }, attempt }) => {
          if (item === 10) await FAULTS[what]!({ ledger, attempt });
          await pause(200);
          return item;
        },
      }),
  });
  return defineScore({ id: "crowd", input: given, nodes: { all }, output: { all: all.output } });
}

/** Many steps, each of which says when it is done. */
function busy() {
  const items = derive([given.what], () => Array.from({ length: 60 }, (_, i) => i));
  const all = map({
    over: items,
    maxItems: 60,
    concurrency: 6,
    each: (item) =>
      task({
        input: { item, ledger: given.ledger },
        output: z.number(),
        retry: { attempts: 10, backoff: "1ms" },
        run: async ({ input: { item, ledger } }) => {
          write(ledger, `began ${process.pid}`);
          await pause(30);
          return item;
        },
      }),
  });
  return defineScore({ id: "busy", input: given, nodes: { all }, output: { all: all.output } });
}

/** A function that the score's own logic calls. */
function computed() {
  const one = derive([given.what], (what) => FAULTS[what]!({ ledger: "", attempt: 1 }) as string);
  return defineScore({ id: "computed", input: given, nodes: { one }, output: { one } });
}

/** Waits until a file is there. */
function gated() {
  const one = task({
    input: { ledger: given.ledger },
    output: z.number(),
    run: async ({ input: { ledger } }) => {
      while (!existsSync(ledger)) await pause(10);
      return Number(readFileSync(ledger, "utf8") || process.pid);
    },
  });
  return defineScore({ id: "gated", input: given, nodes: { one }, output: { one: one.output } });
}

export const scores = {
  plain: faulty("plain"),
  timed: faulty("timed", { timeout: "300ms" }),
  retried: faulty("retried", { retry: { attempts: 3, backoff: "1ms" } }),
  once: faulty("once", { retry: "never" }),
  crowd: crowd(),
  busy: busy(),
  computed: computed(),
  gated: gated(),
};
