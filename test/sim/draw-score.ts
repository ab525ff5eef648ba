import { z } from "zod";
import {
  agent,
  artifact,
  auto,
  branch,
  checkpoint,
  defineAgent,
  defineScore,
  defineTask,
  defineTool,
  derive,
  eq,
  fallback,
  gt,
  harmony,
  http,
  input,
  loop,
  map,
  oneOf,
  optional,
  reconstruct,
  type Score,
  score,
  shell,
  switchOn,
  task,
  text,
  wait,
} from "../../src/index.ts";
import type { TaskCall } from "../../src/plan/index.ts";
import type { Manner } from "./models.ts";
import type { Random } from "./random.ts";

/** What every task gives: a number that depends on all it read, and the key of the step that gave it. */
export const Value = z.object({ n: z.number(), kind: z.enum(["a", "b", "c"]), by: z.string() });
export type Value = z.infer<typeof Value>;
const Values = z.array(Value);

/** One task of a drawn score: where it stands, and what it does when it is played. */
export interface Part {
  /** What its step's key has to look like, whatever the run. */
  readonly key: RegExp;
  /** It gives its value in the same turn, or some time later. */
  readonly isAsync: boolean;
  /** Attempts up to this one fail. */
  readonly failsUntil: number;
  /** Attempts up to this one never end by themselves. */
  readonly hangsUntil: number;
  /** How long an attempt may take; nobody waits for it any longer. */
  readonly timeoutMs: number;
  /** Goes on when its signal says to end. */
  readonly isDeaf: boolean;
  /** Its process dies with it, every time. */
  readonly isPoison: boolean;
  readonly retry: "never" | undefined;
  /** How much of what all runs share it holds while it is under way. */
  readonly needs: Readonly<Record<string, number>>;
  /** How often it may fail before it has failed for good. */
  readonly tries: number;
  /** What it gives for what it is given; the same every time. */
  readonly give: (given: unknown, by: string) => unknown;
}

/** Performs the tasks of drawn scores. */
export interface Stage {
  play(part: Part, call: TaskCall): unknown;
}

export interface DrawnScore {
  readonly score: Score<never, unknown>;
  /** How a run ends depends on when things happen. */
  readonly isTimed: boolean;
  readonly hasPoison: boolean;
  /** Outputs that every run of it is given at its beginning. */
  readonly have: Readonly<Record<string, Value>> | undefined;
}

/** What is drawn beside the score: how much there is of what runs share, and whether a script answers for the outside. */
export interface Surroundings {
  readonly limits: { readonly gpu: number; readonly slow: number } | undefined;
  readonly isScripted: boolean;
}

const KINDS = [
  "add",
  "add",
  "add",
  "guarded",
  "flaky",
  "gap",
  "never",
  "never",
  "late",
  "map",
  "collect",
  "nested",
  "oneOf",
  "loop",
  "spared",
  "valued",
  "chosen",
  "varied",
  "wait",
  "checkpoint",
  "branch",
  "switch",
  "derive",
  "text",
  "score",
  "retried",
  "artifact",
  "artifact",
  "cached",
  "outside",
  "agent",
  "agents",
  "rebuilt",
  "given",
] as const;
type Kind = (typeof KINDS)[number];
const RARE = ["timedCheckpoint", "timedScore", "fatal", "poison"] as const;

// biome-ignore lint/suspicious/noExplicitAny: references to many types
type Any = any;

/** A score with nodes of every kind that is played, drawn from a seed. */
export function drawScore(
  random: Random,
  stage: Stage,
  around: Surroundings = { limits: undefined, isScripted: false },
  depth = 0,
): DrawnScore {
  return new Drawing(random, stage, around, depth).draw();
}

class Drawing {
  readonly #random: Random;
  readonly #stage: Stage;
  readonly #around: Surroundings;
  readonly #depth: number;
  /** References to artifacts. */
  readonly #kept: Any[] = [];
  readonly #start: Any = input(z.object({ n: z.number() }));
  readonly #nodes: Record<string, Any> = {};
  /** References to values; some of them may be absent in a run. */
  readonly #values: Any[] = [];
  readonly #have: Record<string, Value> = {};
  #isTimed = false;
  #hasPoison = false;

  constructor(random: Random, stage: Stage, around: Surroundings, depth: number) {
    this.#random = random;
    this.#stage = stage;
    this.#around = around;
    this.#depth = depth;
  }

  draw(): DrawnScore {
    const random = this.#random;
    const count = 1 + random.below(this.#depth === 0 ? 12 : 4);
    for (let i = 0; i < count; i++) this.#add(`n${i}`, random.pick(KINDS));
    if (random.oneIn(3)) this.#addRare(`n${count}`, random.pick(RARE));
    const isLimited = this.#depth === 0 && random.oneIn(12);
    this.#isTimed ||= isLimited;
    const whole = defineScore({
      id: `drawn${this.#depth}`,
      input: this.#start,
      nodes: this.#nodes,
      output: { all: this.#values.map((value) => optional(value)) },
      concurrency: 1 + random.below(6),
      ...(isLimited ? { timeout: "90s" } : {}),
      ...(this.#around.limits && this.#depth === 0 && random.oneIn(3)
        ? { runs: { max: 1 + random.below(2) } }
        : {}),
      ...this.#harmony(),
      ...(random.oneIn(4) ? { onError: () => this.#handler() } : {}),
    } as Any);
    const have = Object.keys(this.#have).length > 0 ? this.#have : undefined;
    return { score: whole as Any, isTimed: this.#isTimed, hasPoison: this.#hasPoison, have };
  }

  #handler(): Any {
    return this.#task("onError", { n: 1, from: this.#some(2).map((value) => optional(value)) });
  }

  #add(name: string, kind: Kind): void {
    const given = this.#given();
    switch (kind) {
      case "add":
        return this.#keep(name, this.#task(name, given, this.#order()));
      case "guarded":
        return this.#keep(name, this.#task(name, given, { when: this.#condition() }));
      case "flaky": {
        const retry = { attempts: 3, backoff: "1s", jitter: false };
        return this.#keep(name, this.#task(name, given, { retry }, { failsUntil: this.#random.below(3) }));
      }
      case "gap":
        return this.#keep(name, this.#task(name, given, { onFailure: "skip" }, { failsUntil: 99 }));
      case "never":
        return this.#keep(name, this.#task(name, given, { retry: "never" }, { retry: "never" }));
      case "late":
        return this.#late(name, given);
      case "map":
      case "collect":
      case "nested":
        return this.#map(name, given, kind);
      case "loop":
        return this.#loop(name, given);
      case "spared": {
        const spare = this.#task(`${name}s`, given);
        this.#nodes[`${name}s`] = spare;
        const failing = { failsUntil: 99 * this.#random.below(2) };
        return this.#keep(name, this.#task(name, given, { onFailure: fallback(spare) }, failing));
      }
      case "valued": {
        const spare = fallback({ n: 5, kind: "a", by: "" } as const);
        return this.#keep(name, this.#task(name, given, { onFailure: spare }, { failsUntil: 99 }));
      }
      case "chosen": {
        // One attempt more than its retry allows where only failing is left, else a gap or what stands in.
        const spare = { n: 6, kind: "b", by: "" } as const;
        const way = this.#random.pick([{ skip: true }, { fallback: spare }]);
        const retry = { attempts: 2, backoff: "1s", jitter: false };
        const options = { importance: "low", retry, onFailure: auto(way) };
        return this.#keep(name, this.#task(name, given, options, { failsUntil: 99 }));
      }
      case "varied": {
        const vary = [{ turn: 1 }, { turn: 2 }];
        const retry = { attempts: 3, backoff: "1s", jitter: false, on: ["Error"], vary };
        const does = { failsUntil: this.#random.below(3) };
        return this.#keep(name, this.#task(name, { ...given, turn: 0 }, { retry }, does));
      }
      case "wait": {
        const pause = wait({ for: this.#random.pick(["3s", "2h"]) as "3s", after: this.#before() });
        this.#nodes[`${name}w`] = pause;
        return this.#keep(name, this.#task(name, given, { after: [pause] }));
      }
      case "checkpoint":
        return this.#keep(
          name,
          checkpoint({
            title: `Is ${name} right?`,
            decision: Value,
            timeout: "never",
            ...this.#order(),
          } as Any),
        );
      case "branch":
        return this.#branch(name, given);
      case "switch":
        return this.#switch(name, given);
      case "oneOf":
      case "derive":
      case "text":
        return this.#value(name, kind);
      case "score":
      case "retried":
        return this.#score(
          name,
          kind === "retried" ? { retry: { attempts: 2, backoff: "1s", jitter: false } } : {},
        );
      case "artifact":
        return this.#artifact(name, given);
      case "cached": {
        // Of what no run is named in: else no two runs would ask for the same.
        if (this.#depth > 0) return this.#add(name, "add");
        const cache = { ttl: this.#random.pick(["10s", "2h"]) };
        return this.#keep(name, this.#task(name, { n: this.#start.n, from: [] }, { cache }));
      }
      case "outside":
        return this.#outside(name);
      case "agent":
        return this.#agent(name, given);
      case "agents":
        return this.#agents(name, given);
      case "rebuilt":
        return this.#rebuilt(name, given);
      case "given":
        this.#giveAtStart(name);
        return this.#keep(name, this.#task(name, given, this.#order()));
      default:
        return kind satisfies never;
    }
  }

  /** A value that a judge lets pass when it has been made often enough, or a person does. */
  #artifact(name: string, given: Any): void {
    const random = this.#random;
    const maker = this.#task(`${name}m`, given);
    this.#nodes[`${name}m`] = maker;
    if (random.oneIn(3)) this.#values.push(maker.output);
    const least = 1 + random.below(3);
    const retry = { attempts: 2 + random.below(2), backoff: "1s", jitter: false };
    const part = this.#part(
      `${name}/~gate0(\\.\\d+)?`,
      {
        failsUntil: random.below(2),
        give: (asked: unknown) => {
          const { by } = (asked as { value: Value }).value;
          return { score: Number(/~(\d+)$/.exec(by)?.[1] ?? 1) >= least ? 1 : 0.2 };
        },
      },
      retry.attempts,
    );
    const judge = defineTask({
      id: `judge-${this.#depth}-${name}`,
      input: z.object({ value: Value }),
      output: z.object({ score: z.number() }),
      run: (call) => this.#stage.play(part, call as never) as never,
    });
    const onFail = random.pick(["retry", "escalate", "fail", "checkpoint"] as const);
    const gate = { by: judge, min: 0.5, onFail };
    const skip = random.oneIn(4) ? {} : { onFailure: "skip" };
    const kept = artifact({ name, value: maker.output, gates: [gate], retry, ...skip } as Any);
    this.#kept.push(kept.output);
    this.#keep(name, kept);
  }

  #harmony(): Any {
    if (this.#kept.length < 2 || !this.#random.oneIn(2)) return {};
    const [first, second] = this.#kept;
    const onConflict = this.#random.pick(["report", "fail"]);
    return {
      harmony: [
        harmony(
          [first, second] as Any,
          ((a: Value, b: Value) => (a.n + b.n) % 3 !== 0) as Any,
          { onConflict } as Any,
        ),
      ],
    };
  }

  /** A request or a program, where a script answers for them. */
  #outside(name: string): void {
    if (!this.#around.isScripted) return this.#add(name, "add");
    const [from] = this.#some(1);
    const n = from && this.#random.oneIn(2) ? from.n : this.#start.n;
    if (this.#random.oneIn(2)) {
      const asked = http({ url: text`http://there/${n}`, response: Value, onFailure: "skip" } as Any) as Any;
      return this.#keep(name, asked);
    }
    const said = shell({ command: ["say", text`${n}`], onFailure: "skip" } as Any) as Any;
    this.#nodes[name] = said;
    this.#keep(`${name}a`, this.#task(`${name}a`, { n: 5, from: [], all: optional(said.output.stdout) }));
  }

  /** An agent that may call tools and answer badly before it answers well, if it does. */
  #agentOf(name: string, about: Any): Any {
    const random = this.#random;
    const manners = Array.from({ length: random.below(4) }, () =>
      random.pick(["look", "both", "bad", "cut", "cut", "send"] as const),
    );
    // What was at work in a crash is not called again: how it ends is a matter of time.
    this.#isTimed ||= manners.includes("send");
    const input = z.object({ by: z.string(), k: z.number(), turn: z.number() });
    const [look, send] = (["look", "send"] as const).map((tool) =>
      defineTool({ name: tool, description: tool, input, effects: tool === "send", run: () => null } as Any),
    );
    const asked = defineAgent({
      id: `agent-${this.#depth}-${name}`,
      model: "sim/model",
      instructions: JSON.stringify(manners satisfies Manner[]),
      input: z.object({ about: Value }),
      output: Value,
      tools: [look, send],
    } as Any);
    const retry = random.oneIn(2) ? { retry: { attempts: 2, backoff: "1s", jitter: false } } : {};
    return agent(asked as Any, { input: { about }, onFailure: "skip", ...retry } as Any);
  }

  #agent(name: string, given: Any): void {
    if (!this.#around.isScripted) return this.#add(name, "add");
    const about = this.#task(`${name}t`, given);
    this.#nodes[`${name}t`] = about;
    this.#keep(name, this.#agentOf(name, about.output));
  }

  #agents(name: string, given: Any): void {
    if (!this.#around.isScripted) return this.#add(name, "add");
    const list = this.#list(`${name}l`, given);
    const node = map({
      over: list.output,
      maxItems: 9,
      concurrency: 1 + this.#random.below(3),
      each: (item: Any) => {
        const asked = this.#agentOf(name, item);
        return { nodes: { asked }, output: { all: optional(asked.output) } };
      },
    } as Any) as Any;
    Object.assign(this.#nodes, { [`${name}l`]: list, [name]: node });
    this.#keep(`${name}a`, this.#task(`${name}a`, { n: 2, from: [], all: node.output }));
  }

  /** A step that fails for good, and is built from a later one's output that the run was given. */
  #rebuilt(name: string, given: Any): void {
    if (this.#depth > 0) return this.#add(name, "add");
    const later = `${name}z`;
    const failsUntil = this.#random.pick([0, 99, 99]);
    const attempts = 1 + this.#random.below(2);
    const isAsync = !this.#random.oneIn(3);
    // One more attempt of the same step: it builds where the others failed.
    const part = this.#part(name, { isAsync, failsUntil: 0 }, 99);
    const build = defineTask({
      id: `build-${name}`,
      input: Value,
      output: Value,
      run: (call) => this.#stage.play(part, call as never) as never,
    });
    const retry = { attempts, backoff: "1s", jitter: false };
    const onFailure = reconstruct({ from: later, with: build } as Any);
    const early = this.#task(name, given, { retry, onFailure }, { failsUntil });
    this.#keep(name, early);
    this.#keep(later, this.#task(later, { n: 1, from: [early.output] }));
    if (!this.#random.oneIn(8)) this.#giveAtStart(later);
  }

  #giveAtStart(name: string): void {
    if (this.#depth === 0) this.#have[name] = { n: 1 + this.#random.below(99), kind: "b", by: "" };
  }

  /** What makes the end of a run depend on more than its plan and its tasks. */
  #addRare(name: string, kind: (typeof RARE)[number]): void {
    switch (kind) {
      case "timedCheckpoint": {
        this.#isTimed = true;
        const onTimeout = this.#random.pick(["skip", "reject", { decide: { n: 1, kind: "b", by: "" } }]);
        const asked = { title: "In time?", decision: Value, timeout: "30s", onTimeout, onFailure: "skip" };
        return this.#keep(name, checkpoint({ ...asked, ...this.#order() } as Any));
      }
      case "timedScore":
        this.#isTimed = true;
        return this.#score(name, { timeout: "20s" });
      case "fatal":
        return this.#keep(name, this.#task(name, this.#given(), this.#order(), { failsUntil: 99 }));
      case "poison":
        this.#hasPoison = true;
        return this.#keep(name, this.#task(name, this.#given(), this.#order(), { isPoison: true }));
      default:
        return kind satisfies never;
    }
  }

  #keep(name: string, node: Any): void {
    this.#nodes[name] = node;
    this.#values.push(node.output);
  }

  #some(most: number): Any[] {
    if (this.#values.length === 0) return [];
    return Array.from({ length: this.#random.below(most + 1) }, () => this.#random.pick(this.#values));
  }

  /** A task's input: some values, most of them whether they are there or not. */
  #given(): Any {
    const from = this.#some(3).map((value) => (this.#random.oneIn(5) ? value : optional(value)));
    return { n: this.#start.n, from };
  }

  #before(): Any[] {
    const nodes = Object.values(this.#nodes).filter((node) => "output" in node);
    return nodes.length > 0 && this.#random.oneIn(2) ? [this.#random.pick(nodes)] : [];
  }

  #order(): Any {
    const after = this.#before();
    return after.length === 0 ? {} : { after, ...(this.#random.oneIn(2) ? { onSkip: "run" } : {}) };
  }

  #condition(): Any {
    const [value] = this.#some(1);
    return value ? gt(value.n, 500_000) : eq(this.#start.n, this.#random.below(3));
  }

  #task(path: string, given: Any, options: object = {}, does: Partial<Part> = {}, output: Any = Value): Any {
    const shares = this.#shares();
    const { attempts = 1 } = (options as { retry?: { attempts?: number } }).retry ?? {};
    const part = this.#part(path, { needs: shares.needs, ...does }, attempts);
    return task({
      input: given,
      output,
      run: (call: Any) => this.#stage.play(part, call),
      ...shares.options,
      ...options,
    } as Any);
  }

  #part(path: string, does: Partial<Part>, tries: number): Part {
    return {
      key: new RegExp(`^(onError/)?${path}$`),
      isAsync: !this.#random.oneIn(3),
      isDeaf: this.#random.oneIn(6),
      failsUntil: 0,
      hangsUntil: 0,
      timeoutMs: Number.POSITIVE_INFINITY,
      isPoison: false,
      retry: undefined,
      needs: {},
      tries,
      give: toValue,
      ...does,
    };
  }

  /** What a task shares with those of all runs: of most nothing. */
  #shares(): { readonly options: object; readonly needs: Readonly<Record<string, number>> } {
    const { limits } = this.#around;
    if (!limits || !this.#random.oneIn(5)) return { options: {}, needs: {} };
    const gpu = 1 + this.#random.below(limits.gpu);
    if (this.#random.oneIn(2)) return { options: { resources: { gpu } }, needs: { gpu } };
    return { options: { tags: ["slow"] }, needs: { slow: 1 } };
  }

  /** Its first attempt, or every one, ends only by its timeout. */
  #late(name: string, given: Any): void {
    const hangsUntil = this.#random.pick([1, 1, 99]);
    const spare = hangsUntil > 1 ? { onFailure: fallback({ n: 9, kind: "c", by: "" } as const) } : {};
    const retry = { attempts: 2, backoff: "1s", jitter: false };
    // What does not hang gives its value at once: otherwise chance would say whether that is in time.
    const does = { hangsUntil, isAsync: false, timeoutMs: 5_000 };
    this.#keep(name, this.#task(name, given, { timeout: "5s", retry, ...spare }, does));
  }

  #list(path: string, given: Any): Any {
    const count = this.#random.below(5);
    const give: Part["give"] = (read, by) =>
      Array.from({ length: count }, (_, i) => toValue({ n: i, from: [toValue(read, by)] }, by));
    return this.#task(path, given, {}, { give }, Values);
  }

  #map(name: string, given: Any, kind: "map" | "collect" | "nested"): void {
    const list = this.#list(`${name}l`, given);
    this.#nodes[`${name}l`] = list;
    const path = `${name}/\\d+`;
    const common = { over: list.output, maxItems: 9, concurrency: 1 + this.#random.below(3) };
    const shared = this.#some(1).map((value) => optional(value));
    const each = (item: Any, index: Any) => {
      if (kind === "collect") {
        // Every other item fails for good.
        const give: Part["give"] = (read, by) => {
          if (/[13579]$/.test(by)) throw new Error("odd");
          return toValue(read, by);
        };
        return this.#task(path, { n: index, from: [item] }, {}, { give });
      }
      if (kind === "map") {
        const first = this.#task(`${path}/first`, { n: item.n, from: [item, ...shared] });
        const retry = { attempts: 2, backoff: "2s", jitter: false };
        const second = this.#task(
          `${path}/second`,
          { n: index, from: [first.output] },
          { retry },
          { failsUntil: 1 },
        );
        return { nodes: { first, second }, output: second.output };
      }
      const parts = this.#list(`${path}/parts`, { n: item.n, from: [item] });
      const inner = map({
        over: parts.output,
        maxItems: 9,
        each: (part: Any) => this.#task(`${path}/inner/\\d+`, { n: item.n, from: [part, item] }),
      } as Any) as Any;
      const sum = this.#task(`${path}/sum`, { n: 1, from: inner.output });
      return { nodes: { parts, inner, sum }, output: sum.output };
    };
    const node = map({
      ...common,
      ...(kind === "collect" ? { onItemError: "collect" } : {}),
      each,
    } as Any) as Any;
    this.#nodes[name] = node;
    const all = kind === "collect" ? {} : { from: node.output };
    this.#keep(`${name}a`, this.#task(`${name}a`, { n: 2, all: node.output, ...all }));
  }

  #loop(name: string, given: Any): void {
    const state = z.object({ n: z.number(), from: z.array(z.unknown()) });
    const node = loop({
      state,
      start: given,
      max: 1 + this.#random.below(3),
      onMax: "last",
      each: (now: Any, turn: Any) => {
        const more = this.#task(`${name}/\\d+/more`, { n: now.n, from: now.from, turn });
        return {
          nodes: { more },
          next: { n: more.output.n, from: [more.output] },
          until: gt(more.output.n, 700_000),
        };
      },
    } as Any) as Any;
    this.#nodes[name] = node;
    this.#keep(`${name}a`, this.#task(`${name}a`, { n: node.output.n, from: node.output.from }));
  }

  #branch(name: string, given: Any): void {
    const way = branch(this.#condition()) as Any;
    const yes = this.#task(`${name}y`, given, { when: way.yes });
    const no = this.#task(`${name}n`, given, { when: way.no });
    Object.assign(this.#nodes, { [`${name}b`]: way, [`${name}y`]: yes, [`${name}n`]: no });
    this.#values.push(oneOf(yes.output, no.output));
  }

  #switch(name: string, given: Any): void {
    const kind = this.#task(`${name}k`, given);
    const way = switchOn(kind.output.kind) as Any;
    const some = this.#task(`${name}s`, given, { when: way.is("a", "b") });
    const other = this.#task(`${name}o`, given, { when: way.is("c") });
    Object.assign(this.#nodes, {
      [`${name}k`]: kind,
      [`${name}x`]: way,
      [`${name}s`]: some,
      [`${name}o`]: other,
    });
    this.#values.push(oneOf(some.output, other.output));
  }

  #value(name: string, kind: "oneOf" | "derive" | "text"): void {
    const [first, second] = [...this.#some(2), undefined, undefined];
    if (!first || !second) return this.#keep(name, this.#task(name, this.#given()));
    if (kind === "oneOf") this.#values.push(oneOf(first, second));
    else if (kind === "derive")
      this.#values.push(
        derive([first, optional(second)], (a: Any, b: Any) => toValue({ n: a.n, from: [b] }, a.by)),
      );
    else
      this.#keep(
        name,
        this.#task(name, { n: 1, from: [first], told: text`${first.n} by ${second.by}` as Any }),
      );
  }

  #score(name: string, options: object): void {
    if (this.#depth > 1) return this.#add(name, "add");
    const drawn = drawScore(this.#random, this.#stage, this.#around, this.#depth + 1);
    this.#isTimed ||= drawn.isTimed;
    this.#hasPoison ||= drawn.hasPoison;
    const [from] = this.#some(1);
    const n = from && this.#random.oneIn(2) ? from.n : this.#start.n;
    const played = score(drawn.score as Any, { input: { n }, onFailure: "skip", ...options } as Any) as Any;
    this.#nodes[name] = played;
    this.#keep(`${name}a`, this.#task(`${name}a`, { n: 3, from: [], all: optional(played.output) }));
  }
}

/** A number from everything that was read, absence included. */
export function toValue(read: unknown, by: string): Value {
  const { n = 0, from = [], all } = read as { n?: number; from?: readonly (Value | null)[]; all?: unknown };
  let sum = n;
  for (const value of from) sum = (sum * 31 + (value?.n ?? 7)) % 1_000_003;
  for (const [digits] of JSON.stringify(all ?? null).matchAll(/"n":\d+/g))
    sum = (sum * 17 + Number(digits.slice(4))) % 1_000_003;
  return { n: (sum * 7 + 13) % 1_000_003, kind: (["a", "b", "c"] as const)[sum % 3]!, by };
}
