import fc from "fast-check";
import { z } from "zod";
import {
  type AnyNode,
  agent,
  artifact,
  branch,
  type Condition,
  checkpoint,
  defineAgent,
  defineConfig,
  defineOrchestra,
  defineScore,
  defineTask,
  derive,
  env,
  fallback,
  gt,
  http,
  input,
  loop,
  map,
  type Node,
  oneOf,
  openaiCompatible,
  optional,
  type Ref,
  secret,
  shell,
  score as subScore,
  switchOn,
  task,
  text,
  wait,
} from "../../../src/index.ts";
import type { Parts } from "./parts.ts";

export const Value = z.object({
  n: z.number(),
  ok: z.boolean(),
  kind: z.enum(["a", "b", "c"]),
  items: z.array(z.string()).max(9),
  text: z.string(),
  note: z.string().optional(),
});
type Value = z.infer<typeof Value>;
const VALUE: Value = { n: 1, ok: true, kind: "a", items: [], text: "x" };
const Taken = z.object({
  n: z.number(),
  text: z.string(),
  kind: z.enum(["a", "b", "c"]).optional(),
  list: z.array(z.string()).optional(),
  note: z.string().optional(),
});

export const step = defineTask({ id: "step", input: Taken, output: Value, run: () => VALUE });
export const signed = defineTask({
  id: "signed",
  input: Taken,
  output: Value,
  secrets: ["KEY"],
  run: () => VALUE,
});
export const judge = defineTask({
  id: "judge",
  input: z.object({ value: z.any() }),
  output: z.object({ score: z.number() }),
  run: () => ({ score: 1 }),
});
export const writer = defineAgent({
  id: "writer",
  model: "local/llama",
  instructions: (given) => `Say ${given.text} ${given.n} times.`,
  input: Taken,
  output: z.object({ n: z.number(), text: z.string() }),
  maxTokens: 500,
  timeout: "1m",
});

const KINDS = [
  "task",
  "task",
  "inline",
  "agent",
  "get",
  "post",
  "shell",
  "branch",
  "switch",
  "map",
  "loop",
  "wait",
  "checkpoint",
  "artifact",
  "score",
  "text",
  "derive",
  "oneOf",
  "fallback",
] as const;

/** One node as it was drawn; numbers choose among what is there when it is built. */
interface Drawn {
  readonly kind: (typeof KINDS)[number];
  readonly reads: readonly number[];
  readonly guard: number | undefined;
  readonly after: number | undefined;
  readonly policy: number;
}

export type DrawnScore = readonly Drawn[];

/** A score of up to 14 nodes beside those that every score has. */
export const drawnScore: fc.Arbitrary<DrawnScore> = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    reads: fc.array(fc.nat(99), { minLength: 1, maxLength: 3 }),
    guard: fc.option(fc.nat(99), { nil: undefined, freq: 3 }),
    after: fc.option(fc.nat(99), { nil: undefined, freq: 3 }),
    policy: fc.nat(99),
  }),
  { maxLength: 14 },
);

/** What a node is built with, as its author would write it. */
export type Options = Record<string, unknown>;

/** What a mutation changes, at the moment it is written. */
export interface Hooks {
  /** Changes the options of the node called `name`; `built` are the nodes before it. */
  readonly options?: (name: string, options: Options, built: ReadonlyMap<string, Held>) => Options;
  readonly nodes?: (
    nodes: Record<string, unknown>,
    built: ReadonlyMap<string, Held>,
  ) => Record<string, unknown>;
  readonly score?: (fields: Options, built: ReadonlyMap<string, Held>) => Options;
  /** Changes the state of a loop's turn: what `each` gives. */
  readonly turn?: (given: Options, state: unknown) => Options;
  /** Is given the score when it is whole. */
  readonly whole?: (score: unknown) => void;
  readonly orchestra?: (fields: Options) => Options;
  readonly agent?: (fields: Options) => Options;
  readonly config?: (fields: Options) => Options;
}

/** A node that was built, and when it gives a value. */
export interface Held {
  // biome-ignore lint/suspicious/noExplicitAny: outputs of many types
  readonly node: any;
  readonly kind: string;
  /** `undefined`: in every run. A name: only under that guard. `"maybe"`: it cannot be told. */
  readonly under: string | undefined;
  /** Nodes it waits for, through others too. */
  readonly behind: ReadonlySet<string>;
}

/** Builds what was drawn, right in every respect but for what `hooks` change. */
export function buildParts(drawn: DrawnScore, hooks: Hooks = {}): Parts {
  const brief = input(z.object({ n: z.number(), text: z.string(), repository: z.string() }));
  const builder = new Builder(brief as never, hooks);
  builder.addCore();
  for (const one of drawn) builder.add(one);
  const { built } = builder;
  const nodes = Object.fromEntries(
    [...built].filter(([, { kind }]) => !isValue(kind)).map(([name, { node }]) => [name, node]),
  );
  const output = Object.fromEntries(
    [...built].map(([name, { node, kind }]) => [name, optional(isValue(kind) ? node : node.output)]),
  );
  const fields = {
    id: "drawn",
    input: brief,
    nodes: hooks.nodes?.(nodes, built) ?? nodes,
    output,
    timeout: "30d",
    onError: (failure: { message: Ref<string> }) =>
      task(step, {
        input: { n: 1, text: failure.message, note: optional(built.get("first")!.node.output.note) },
      }),
  };
  const drawnOne = defineScore((hooks.score?.(fields, built) ?? fields) as never);
  hooks.whole?.(drawnOne);
  const orchestra = {
    id: "nightly",
    plays: drawnOne,
    input: { n: 1, text: "x", repository: "." },
    schedule: { cron: "0 3 * * *", timezone: "Europe/Berlin", overlap: "skip" },
    secrets: { KEY: env("KEY") },
  };
  const config = {
    providers: { local: openaiCompatible({ baseURL: "http://127.0.0.1:11434/v1", models: ["llama"] }) },
    http: { allowHosts: ["api.example.com"] },
  };
  const editor = {
    id: "editor",
    model: "local/llama",
    instructions: (given: { text: string }) => `Mend ${given.text}`,
    input: z.object({ text: z.string() }),
    output: z.object({ text: z.string() }),
    maxTokens: 100,
    timeout: "1m",
  };
  return {
    scores: [drawnOne, below],
    agents: [writer, defineAgent((hooks.agent?.(editor) ?? editor) as never)],
    orchestras: [defineOrchestra((hooks.orchestra?.(orchestra) ?? orchestra) as never)],
    config: defineConfig((hooks.config?.(config) ?? config) as never),
  };
}

/** A score that others play. */
export const below = makeBelow();
function makeBelow() {
  const n = input(z.object({ n: z.number() }));
  const only = task({ input: { n: n.n }, output: Value, run: () => VALUE });
  return defineScore({ id: "below", input: n, nodes: { only }, output: only.output });
}

/** Authors hold the reference itself, and need not list it. */
function isValue(kind: string): boolean {
  return kind === "text" || kind === "derive" || kind === "oneOf";
}

class Builder {
  readonly built = new Map<string, Held>();
  readonly #brief: { readonly n: Ref<number>; readonly text: Ref<string>; readonly repository: Ref<string> };
  readonly #hooks: Hooks;
  /** Conditions that nodes can be guarded with, by what they are called. */
  readonly #guards = new Map<
    string,
    { readonly condition: Condition; readonly behind: ReadonlySet<string> }
  >();

  constructor(brief: never, hooks: Hooks) {
    this.#brief = brief;
    this.#hooks = hooks;
  }

  /** Every score has these, so that each mutation finds what it changes. */
  addCore(): void {
    const plain = (kind: Drawn["kind"], name: string, rest: Partial<Drawn> = {}) =>
      this.add({ kind, reads: [0], guard: undefined, after: undefined, policy: 0, ...rest }, name);
    plain("task", "first");
    plain("branch", "way");
    plain("switch", "sort");
    plain("task", "guarded", { guard: 0 });
    plain("agent", "told");
    plain("get", "asked");
    plain("post", "posted");
    plain("shell", "ran");
    plain("map", "each");
    plain("loop", "round");
    plain("wait", "pause");
    plain("checkpoint", "decided");
    plain("artifact", "kept");
    plain("score", "played");
    this.#hold(
      "sealed",
      "task",
      task(signed, this.#options("sealed", { input: this.#taken([], []) }) as never),
      undefined,
      [],
    );
  }

  add(drawn: Drawn, name = `node${this.built.size}`): void {
    const guard = this.#guardOf(drawn);
    const reads = this.#readable(drawn, guard?.name);
    const behind = [...reads.flatMap(([other]) => other), ...(guard ? guard.behind : [])];
    const order: Options = guard ? { when: guard.condition } : {};
    const after = this.#afterOf(drawn, behind);
    if (after !== undefined && !isValue(drawn.kind)) {
      order.after = [this.built.get(after)!.node];
      behind.push(after);
    }
    this.#build(drawn, name, { order, reads, behind, under: guard?.name });
  }

  #build(
    { kind, policy }: Drawn,
    name: string,
    {
      order,
      reads,
      behind,
      under,
    }: {
      readonly order: Options;
      readonly reads: readonly (readonly [string, Held])[];
      readonly behind: string[];
      readonly under: string | undefined;
    },
  ): void {
    const write = (options: Options) => this.#options(name, { ...options, ...order }) as never;
    const safe: Options =
      policy % 3 === 0
        ? { retry: { attempts: 1 + (policy % 4) } }
        : policy % 3 === 1
          ? { timeout: "30s" }
          : {};
    const hold = (node: AnyNode | Ref<unknown>, own = under) => this.#hold(name, kind, node, own, behind);
    const first = reads
      .map(([, held]) => held)
      .find((held) => this.#isDirect(held, under) && hasFields(held.kind));
    const from = first?.node.output ?? this.built.get("first")?.node.output;
    switch (kind) {
      case "task": {
        const skips = policy % 7 === 6 && name.startsWith("node");
        hold(
          task(
            step,
            write({ input: this.#taken(reads, [under]), ...safe, ...(skips ? { onFailure: "skip" } : {}) }),
          ),
          skips ? "maybe" : under,
        );
        return;
      }
      case "inline":
        hold(task(write({ input: this.#taken(reads, [under]), output: Value, run: () => VALUE, ...safe })));
        return;
      case "agent":
        hold(agent(writer, write({ input: this.#taken(reads, [under]), timeout: "1m" })));
        return;
      case "get":
        hold(
          http(
            write({
              url: "https://api.example.com/x",
              query: { n: this.#brief.n },
              response: Value,
              ...safe,
            }),
          ),
        );
        return;
      case "post": {
        const body = { text: this.#brief.text };
        const headers = { authorization: text`Bearer ${secret("KEY")}` };
        hold(
          http(
            write({
              method: "POST",
              url: "https://api.example.com/x",
              headers,
              body,
              response: Value,
              timeout: "9s",
            }),
          ),
        );
        return;
      }
      case "shell":
        hold(shell(write({ command: ["git", "-C", this.#brief.repository, "log"], timeout: "30s" })));
        return;
      case "branch": {
        const node = branch(gt(from ? from.n : this.#brief.n, policy), order);
        hold(node);
        if (under === undefined) {
          this.#guards.set(`${name}.yes`, { condition: node.yes, behind: this.built.get(name)!.behind });
          this.#guards.set(`${name}.no`, { condition: node.no, behind: this.built.get(name)!.behind });
        }
        return;
      }
      case "switch": {
        const node = switchOn(from.kind as Ref<"a" | "b" | "c">, order);
        hold(node);
        const hooked = this.#options(name, { cases: ["a", "b"], otherwise: "c" }) as {
          cases: ("a" | "b")[];
          otherwise?: "c";
        };
        const some = node.is(...(hooked.cases as ["a", "b"]));
        if (hooked.otherwise) node.is(hooked.otherwise);
        // Both ways are taken somewhere, or the switch would be said to forget one.
        const ways = hooked.otherwise ? [some, node.is(hooked.otherwise)] : [some];
        for (const [i, when] of ways.entries()) {
          const one = task(step, { when, input: { n: 1, text: "x" } });
          this.#hold(`${name}${i}`, "task", one, under === undefined ? `${name}${i}` : "maybe", [name]);
        }
        return;
      }
      case "map":
        hold(
          map(
            write({
              over: from.items,
              maxItems: 9,
              concurrency: 2,
              each: (item: Ref<string>, index: Ref<number>) =>
                task(step, { input: { n: index, text: item } }),
            }),
          ),
        );
        return;
      case "loop":
        hold(
          loop(
            write({
              state: z.object({ n: z.number(), text: z.string() }),
              start: { n: 0, text: "x" },
              max: 3,
              each: (state: { n: Ref<number>; text: Ref<string> }) => {
                const better = task(step, { input: { n: state.n, text: state.text } });
                const given = {
                  nodes: { better },
                  next: { n: better.output.n, text: better.output.text },
                  until: gt(better.output.n, 5),
                };
                return this.#hooks.turn?.(given, state) ?? given;
              },
            }),
          ),
        );
        return;
      case "wait":
        hold(wait(write({ for: "5s" })));
        return;
      case "checkpoint":
        hold(
          checkpoint(
            write({
              title: "Go on?",
              show: this.#taken(reads, [under]),
              decision: z.object({ ok: z.boolean(), note: z.string().optional() }),
              assignee: "team",
              timeout: "1d",
              onTimeout: "reject",
            }),
          ),
        );
        return;
      case "artifact":
        hold(
          artifact(
            write({
              name,
              value: from,
              // A node is made anew for one artifact only.
              gates: [{ by: judge, min: 0.5, onFail: name === "kept" ? "retry" : "fail" }],
              retry: { attempts: 2 },
            }),
          ),
        );
        return;
      case "score":
        hold(subScore(below, write({ input: { n: this.#brief.n } })));
        return;
      case "text":
        hold(text`Of ${from.text} ${this.#brief.n}`);
        return;
      case "derive":
        hold(derive([from.n, optional(reads[0]![1].node.output ?? from)], (n) => Number(n) + 1));
        return;
      case "oneOf":
        hold(oneOf(from.note, "none"));
        return;
      case "fallback": {
        const spare = task(step, { input: { n: 2, text: "y" } });
        this.#hold(`${name}Spare`, "task", spare, "maybe", []);
        const main = task(step, write({ input: this.#taken(reads, [under]), onFailure: fallback(spare) }));
        this.#hold(name, "task", main as Node<unknown>, under, behind);
        return;
      }
      default:
        kind satisfies never;
    }
  }

  #options(name: string, options: Options): Options {
    return this.#hooks.options?.(name, options, this.built) ?? options;
  }

  #hold(
    name: string,
    kind: string,
    node: unknown,
    under: string | undefined,
    behind: readonly string[],
  ): void {
    const all = new Set(behind);
    for (const other of behind) for (const further of this.built.get(other)?.behind ?? []) all.add(further);
    this.built.set(name, { node, kind, under, behind: all });
  }

  #guardOf({ guard, kind }: Drawn) {
    if (
      guard === undefined ||
      this.#guards.size === 0 ||
      isValue(kind) ||
      kind === "branch" ||
      kind === "switch"
    )
      return undefined;
    const all = [...this.#guards];
    const [name, { condition, behind }] = all[guard % all.length]!;
    return { name, condition, behind: [name.replace(/\.(yes|no)$/, ""), ...behind] };
  }

  /** Something it does not wait for anyway, and that is played in every run. */
  #afterOf({ after, kind }: Drawn, behind: readonly string[]): string | undefined {
    if (after === undefined || kind === "branch" || kind === "switch") return undefined;
    const known = new Set(behind.flatMap((name) => [name, ...(this.built.get(name)?.behind ?? [])]));
    const free = [...this.built].filter(
      ([name, held]) => held.under === undefined && !isValue(held.kind) && !known.has(name),
    );
    return free.length === 0 ? undefined : free[after % free.length]![0];
  }

  /** Nodes it reads; those that may be absent are read through `optional`. */
  #readable({ reads, kind }: Drawn, under: string | undefined): (readonly [string, Held])[] {
    const taken = kind === "branch" || kind === "switch" ? 1 : reads.length;
    const all = [...this.built].filter(
      ([, held]) => hasFields(held.kind) && (taken > 1 || this.#isDirect(held, undefined)),
    );
    return all.length === 0
      ? []
      : reads
          .slice(0, taken)
          .map((n) => all[n % all.length]!)
          .filter(([, held]) => taken > 1 || this.#isDirect(held, under));
  }

  #isDirect({ under: own }: Held, under: string | undefined): boolean {
    return own === undefined || own === under;
  }

  /** What a task takes: from what it reads, and from the score's input. */
  #taken(reads: readonly (readonly [string, Held])[], [under]: readonly (string | undefined)[]): Options {
    const taken: Options = { n: this.#brief.n, text: this.#brief.text };
    const slots = ["n", "text", "note"];
    for (const [i, [, held]] of reads.entries()) {
      const key = slots[i % slots.length]!;
      const isDirect = this.#isDirect(held, under);
      // What may be absent can only go where absence is allowed.
      if (isDirect && key !== "note") taken[key] = held.node.output[key];
      else taken.note = optional(held.node.output.text);
    }
    return taken;
  }
}

/** Its output has the fields of `Value`. */
function hasFields(kind: string): boolean {
  return kind === "task" || kind === "inline" || kind === "get" || kind === "post" || kind === "score";
}
