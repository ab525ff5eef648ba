import { appendFileSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import {
  agent,
  artifact,
  branch,
  checkpoint,
  defineAgent,
  defineScore,
  defineTask,
  defineTool,
  derive,
  eq,
  fallback,
  gte,
  harmony,
  http,
  input,
  loop,
  map,
  oneOf,
  optional,
  type Ref,
  score,
  shell,
  switchOn,
  task,
  text,
  wait,
} from "../../src/index.ts";

const Count = z.object({ n: z.number() });
const add = defineTask({
  id: "add",
  input: z.object({ n: z.number(), by: z.number() }),
  output: Count,
  run: async ({ input: { n, by } }) => ({ n: n + by }),
});

/** Adds a line to a file outside of the store. */
const write = (ledger: string, line: string) => {
  appendFileSync(ledger, `${line}\n`);
  return true;
};
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    const keep = setInterval(() => {}, 1_000);
    signal.addEventListener("abort", () => {
      clearInterval(keep);
      reject(signal.reason);
    });
  });

function inner() {
  const given = input(Count);
  const more = task(add, { input: { n: given.n, by: 100 } });
  return defineScore({ id: "inner", input: given, nodes: { more }, output: { n: more.output.n } });
}

function everyKind() {
  const given = input(z.object({ n: z.number(), url: z.string(), name: z.string().default("Ada") }));
  const first = task(add, { input: { n: given.n, by: 1 } });
  const isLarge = branch(gte(first.output.n, 10));
  const large = task(add, { when: isLarge.yes, input: { n: first.output.n, by: 1_000 } });
  const small = task(add, { when: isLarge.no, input: { n: first.output.n, by: 2 } });
  const either = oneOf(large.output.n, small.output.n);
  const kind = derive([either], (n) => (n % 2 === 0 ? "even" : "odd") as "even" | "odd");
  const way = switchOn(kind);
  const even = task({
    when: way.is("even"),
    input: { n: either },
    output: z.object({ half: z.number() }),
    run: ({ input: { n } }) => ({ half: n / 2 }),
  });
  const odd = task({
    when: way.is("odd"),
    input: { n: either },
    output: z.object({ twice: z.number() }),
    run: ({ input: { n } }) => ({ twice: n * 2 }),
  });
  const items = derive([either], (n) => [n, n + 1, n + 2]);
  const squares = map({
    over: items,
    maxItems: 10,
    each: (item, index) =>
      task({
        input: { item, index },
        output: z.number(),
        run: ({ input: { item, index } }) => item * item + index,
      }),
  });
  const counted = loop({
    state: Count,
    start: { n: 0 },
    max: 10,
    each: (state) => {
      const more = task(add, { input: { n: state.n, by: 1 } });
      return { nodes: { more }, next: more.output, until: gte(more.output.n, 3) };
    },
  });
  const asked = http({ url: given.url, response: Count });
  const said = shell({ command: ["printf", "%s", text`hello ${given.name}`] });
  const paused = wait({ for: "10ms" });
  const played = score(inner(), { input: { n: either } });
  const broken = task({
    input: {},
    output: Count,
    onFailure: fallback({ n: -1 }),
    run: (): { n: number } => {
      throw new Error("broken");
    },
  });
  const gone = task(add, { when: eq(given.n, -1), input: { n: 0, by: 0 } });
  const gaps = task({
    input: { list: [optional(gone.output.n), given.n] },
    output: z.string(),
    run: ({ input: { list } }) => list.map((one) => typeof one).join(),
  });
  const review = checkpoint({
    title: text`Send ${counted.output.n}?`,
    show: squares.output,
    decision: z.object({ send: z.boolean(), note: z.string().default("none") }),
    timeout: "1h",
    onTimeout: "reject",
  });
  const sent = task({
    input: { review: review.output },
    output: z.string(),
    run: ({ input: { review } }) => review.note,
  });
  return defineScore({
    id: "every-kind",
    input: given,
    nodes: {
      first,
      isLarge,
      large,
      small,
      way,
      even,
      odd,
      squares,
      counted,
      asked,
      said,
      paused,
      played,
      broken,
      gone,
      gaps,
      review,
      sent,
    },
    output: {
      either,
      kind,
      even: optional(even.output.half),
      odd: optional(odd.output.twice),
      squares: squares.output,
      counted: counted.output.n,
      asked: asked.output.n,
      said: said.output.stdout,
      played: played.output.n,
      broken: broken.output.n,
      gaps: gaps.output,
      sent: sent.output,
      text: text`${given.name}: ${either}`,
    },
  });
}

const given = input(z.object({ what: z.string().default(""), ledger: z.string().default("") }));

/** Throws what `what` names, from the function or from its promise. */
function throwing(isLate: boolean) {
  const bad = task({
    input: { what: given.what },
    output: z.any(),
    run: ({ input: { what } }) => {
      const thrown = THROWN[what]!();
      if (isLate) return Promise.reject(thrown);
      throw thrown;
    },
  });
  return defineScore({
    id: isLate ? "rejects" : "throws",
    input: given,
    nodes: { bad },
    output: bad.output as never,
  });
}

class Shouting extends Error {
  override readonly name = "Shouting";
}

const THROWN: Readonly<Record<string, () => unknown>> = {
  error: () => new Error("went wrong"),
  named: () => new Shouting("WENT WRONG"),
  string: () => "just text",
  null: () => null,
  undefined: () => undefined,
  number: () => 42,
  object: () => ({ toString: () => "an object" }),
  getter: () =>
    Object.defineProperty(new Error("x"), "message", {
      get: () => {
        throw new Error("trap");
      },
    }),
  proxy: () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  long: () => new Error("x".repeat(10_000)),
};

const GIVEN: Readonly<Record<string, () => unknown>> = {
  nan: () => Number.NaN,
  infinite: () => Number.POSITIVE_INFINITY,
  bigint: () => ({ n: 1n }),
  cyclic: () => {
    const value: Record<string, unknown> = {};
    value.self = value;
    return value;
  },
  function: () => () => 1,
  symbol: () => Symbol("x"),
  undefined: () => undefined,
  null: () => null,
  date: () => new Date(0),
  map: () => new Map([[1, 2]]),
  nested: () => ({ a: undefined, b: [undefined, () => 1], c: Number.NaN }),
  lines: () => "tab\there\nline\u2028separator\u0000null \ud800 lone 🎻",
  huge: () => "ü".repeat(5_000_000),
  toJson: () => ({ toJSON: () => ({ told: true }) }),
  // biome-ignore lint/suspicious/noThenProperty: what a library's promise looks like
  thenable: () => ({ then: (resolve: (value: unknown) => void) => resolve("late") }),
};

function giving() {
  const one = task({
    input: { what: given.what },
    output: z.any(),
    run: ({ input: { what } }) => GIVEN[what]!(),
  });
  return defineScore({ id: "gives", input: given, nodes: { one }, output: { one: one.output as never } });
}

function derived() {
  const values: Record<string, () => unknown> = {
    ...GIVEN,
    throws: () => {
      throw new RangeError("no");
    },
    promise: async () => 1,
  };
  const one = derive([given.what], (what) => values[what]!());
  const after = task({
    input: { one: one as never },
    output: z.string(),
    run: ({ input }) => JSON.stringify(input),
  });
  return defineScore({ id: "derives", input: given, nodes: { one, after }, output: { after: after.output } });
}

function retried() {
  const flaky = task({
    input: { ledger: given.ledger },
    output: z.number(),
    retry: { attempts: 3, backoff: "1ms" },
    run: ({ input: { ledger }, attempt, idempotencyKey }) => {
      write(ledger, `${idempotencyKey.replace(/^run_\w+/, "run")} ${attempt}`);
      if (attempt < 3) throw new Error(`attempt ${attempt}`);
      return attempt;
    },
  });
  return defineScore({ id: "retried", input: given, nodes: { flaky }, output: { at: flaky.output } });
}

function late() {
  const slow = task({
    input: { ledger: given.ledger },
    timeout: "50ms",
    output: z.string(),
    run: async ({ input: { ledger }, signal }) => {
      await untilAborted(signal).catch((error: Error) => write(ledger, error.message));
      return "too late";
    },
  });
  return defineScore({ id: "late", input: given, nodes: { slow }, output: { slow: slow.output } });
}

/** One step fails; the other is told so. */
function failing() {
  const other = task({
    input: { ledger: given.ledger },
    output: z.string(),
    run: async ({ input: { ledger }, signal }) => {
      write(ledger, "began");
      return untilAborted(signal).catch((error: Error) => {
        write(ledger, error.message);
        throw error;
      });
    },
  });
  const bad = task({
    input: { ledger: given.ledger },
    output: z.string(),
    run: async () => {
      await pause(50);
      throw new Error("bad");
    },
  });
  return defineScore({
    id: "failing",
    input: given,
    nodes: { other, bad },
    output: { other: other.output, bad: bad.output },
  });
}

function telling() {
  const told = task({
    input: {},
    output: z.number(),
    run: async ({ log, progress }) => {
      log("one", { n: 1 });
      progress(1, 3);
      await pause(1);
      progress(2, 3);
      log("two\twith\nlines");
      log("three", { big: 1n });
      progress(3, 3);
      return 1;
    },
  });
  return defineScore({ id: "telling", nodes: { told }, output: { told: told.output } });
}

/** Does everything wrong that can be done with a secret. */
function leaking() {
  const abuse = defineTask({
    id: "abuse",
    input: z.object({ what: z.string() }),
    secrets: ["API_KEY"],
    output: z.any(),
    run: ({ input: { what }, secrets: { API_KEY }, log }) => {
      log(`the key is ${API_KEY}`, { key: API_KEY, base64: Buffer.from(API_KEY).toString("base64") });
      console.log(`printed ${API_KEY}`);
      if (what === "throw") throw new Error(`cannot use ${API_KEY}`);
      return { [API_KEY]: API_KEY, length: API_KEY.length };
    },
  });
  const leak = task(abuse, { input: { what: given.what } });
  const blind = task({
    input: { leak: leak.output as never },
    output: z.any(),
    run: (call) => ({
      secrets: Object.keys(call.secrets),
      env: process.env.API_KEY ?? null,
      input: call.input as never,
    }),
  });
  return defineScore({
    id: "leaking",
    input: given,
    nodes: { leak, blind },
    output: { leak: leak.output as never, blind: blind.output as never },
  });
}

function wide() {
  const size = input(z.object({ items: z.number(), failAt: z.number().default(-1) }));
  const items = derive([size.items], (count) => Array.from({ length: count }, (_, i) => i));
  const each = map({
    over: items,
    maxItems: 10_000,
    onItemError: "collect",
    each: (item) =>
      task({
        input: { item, failAt: size.failAt },
        output: z.number(),
        run: async ({ input: { item, failAt } }) => {
          if (item === failAt) throw new Error(`item ${item}`);
          return item * 2;
        },
      }),
  });
  return defineScore({ id: "wide", input: size, nodes: { each }, output: { each: each.output } });
}

/** Three steps after one another; the second ends by itself only when it is tried again. */
function resumable() {
  const one = task({
    input: { ledger: given.ledger },
    output: z.boolean(),
    run: ({ input: { ledger } }) => write(ledger, "one"),
  });
  const two = task({
    input: { ledger: given.ledger, one: one.output as never },
    output: z.number(),
    run: async ({ input: { ledger }, signal }) => {
      const isFirst = !readFileSync(ledger, "utf8").includes("two");
      write(ledger, "two");
      return isFirst ? untilAborted(signal) : 2;
    },
  });
  const three = task({
    input: { ledger: given.ledger, two: two.output },
    output: z.boolean(),
    run: ({ input: { ledger, two } }) => write(ledger, `three ${two}`),
  });
  return defineScore({
    id: "resumable",
    input: given,
    nodes: { one, two, three },
    output: { two: two.output },
  });
}

/** Checks: of the input, with defaults and a transformation; of an output; one that takes time. */
function checked() {
  const start = input(
    z.object({ at: z.string().transform((at) => new Date(at)), n: z.coerce.number().default(7) }),
  );
  const dated = defineTask({
    id: "dated",
    input: z.object({
      at: z.string().transform((at) => new Date(at)),
      n: z.number().refine(async (n) => n < 100, "too large"),
    }),
    output: z.object({ year: z.number().max(2_000), isDate: z.boolean() }),
    run: ({ input: { at } }) => ({
      year: at.getUTCFullYear(),
      isDate: at instanceof Date,
      more: "is dropped",
    }),
  });
  const one = task(dated, { input: { at: start.at as never, n: start.n } });
  return defineScore({ id: "checked", input: start, nodes: { one }, output: one.output });
}

function wrongState() {
  const turns = loop({
    state: z.object({ n: z.number().max(2, "no more than two") }),
    start: { n: 0 },
    max: 10,
    each: (state) => {
      const more = task(add, { input: { n: state.n, by: 1 } });
      return { nodes: { more }, next: more.output, until: gte(more.output.n, 9) };
    },
  });
  return defineScore({ id: "wrong-state", nodes: { turns }, output: { n: turns.output.n } });
}

/** Each task changes what it was given. */
function greedy() {
  const list = task({ input: {}, output: z.array(z.number()), run: () => [1, 2, 3] });
  const take = () =>
    task({
      input: { list: list.output },
      output: z.number(),
      run: ({ input: { list } }) => (list as number[]).splice(0).length,
    });
  const [a, b] = [take(), take()];
  const kept = derive([list.output], (all) => (all as number[]).splice(0).length);
  const c = task({
    after: [a, b],
    input: { list: list.output, kept },
    output: z.number(),
    run: ({ input: { list } }) => list.length,
  });
  return defineScore({
    id: "greedy",
    nodes: { list, a, b, c },
    output: { a: a.output, b: b.output, c: c.output, kept },
  });
}

function withHandler() {
  const bad = task({
    input: {},
    output: z.number(),
    run: (): number => {
      throw new Error("bad");
    },
  });
  return defineScore({
    id: "with-handler",
    input: given,
    nodes: { bad },
    output: { bad: bad.output },
    onError: (failure) =>
      task({
        input: { failure, ledger: given.ledger },
        output: z.boolean(),
        run: ({ input: { failure, ledger } }) => write(ledger, `${failure.step}: ${failure.message}`),
      }),
  });
}

/** An agent with everything that is code: instructions, a tool, schemas. */
function asking() {
  const lookUp = defineTool({
    name: "look-up",
    description: "Looks up a company",
    input: z.object({ name: z.string().transform((name) => name.toUpperCase()) }),
    effects: false,
    run: async ({ input: { name }, signal }) => ({ name, pid: process.pid, isAborted: signal.aborted }),
  });
  const writer = defineAgent({
    id: "writer",
    model: "local/llama",
    instructions: ({ company }: { company: string }) => `You write to ${company}. ${process.pid}`,
    input: z.object({ company: z.string() }),
    output: z.object({ letter: z.string().refine((letter) => letter !== "bad", "not that one") }),
    tools: [lookUp],
  });
  const letter = agent(writer, { input: { company: given.what } });
  return defineScore({ id: "asking", input: given, nodes: { letter }, output: letter.output });
}

/** A value that a judge, a task, scores. */
function judged() {
  const made = task({
    input: { what: given.what },
    output: z.object({ text: z.string() }),
    run: ({ input: { what }, escalation }) => ({ text: `${what} ${escalation}` }),
  });
  const judge = defineTask({
    id: "judge",
    input: z.object({ value: z.object({ text: z.string() }) }),
    output: z.object({ score: z.number() }),
    run: ({ input: { value } }) => ({ score: value.text.startsWith("good") ? 1 : 0 }),
  });
  const kept = artifact({
    name: "kept",
    value: made.output,
    schema: z.object({ text: z.string().max(20) }),
    gates: [{ by: judge, min: 0.5, onFail: "fail" }],
  });
  return defineScore({ id: "judged", input: given, nodes: { made, kept }, output: kept.output });
}

/** Two sums that have to be one, and readers of every kind; each says in the ledger that it has read. */
function harmonic() {
  const given = input(z.object({ n: z.number(), ledger: z.string() }));
  const sumOf = (n: number, more: object = {}) =>
    task({ input: { n }, output: Count, ...more, run: ({ input }) => input });
  const [first, second] = [sumOf(3), task(add, { input: { n: given.n, by: 0 } })];
  const letter = artifact({ name: "letter", value: first.output });
  const offer = artifact({ name: "offer", value: second.output });
  const reader = (n: Ref<number>, name: string) =>
    task({
      input: { n, name, ledger: given.ledger },
      output: z.boolean(),
      run: ({ input: { ledger, name } }) => write(ledger, name),
    });
  const one = reader(letter.output.n, "one");
  const other = reader(offer.output.n, "other");
  const either = reader(oneOf(offer.output.n, letter.output.n), "either");
  const each = map({
    over: derive([letter.output.n], (n) => [n]),
    maxItems: 1,
    each: (n) => reader(n, "each"),
  });
  const agree = harmony([letter.output, offer.output], (a, b) => a.n === b.n);
  return defineScore({
    id: "harmonic",
    input: given,
    nodes: { first, second, letter, offer, one, other, either, each },
    output: letter.output,
    harmony: [agree],
  });
}

export const scores = {
  harmonic: harmonic(),
  asking: asking(),
  judged: judged(),
  everyKind: everyKind(),
  throws: throwing(false),
  rejects: throwing(true),
  gives: giving(),
  derives: derived(),
  retried: retried(),
  late: late(),
  failing: failing(),
  telling: telling(),
  leaking: leaking(),
  wide: wide(),
  resumable: resumable(),
  checked: checked(),
  wrongState: wrongState(),
  greedy: greedy(),
  withHandler: withHandler(),
};
