import type { ToolResult } from "../../src/players/models/memory.ts";
import type { Answer, Question, Role, Said, ToolUsed } from "../../src/players/understudies/understudy.ts";
import type { Disk } from "./disk.ts";
import { toValue, type Value } from "./draw-score.ts";
import type { World } from "./world.ts";

/** What a model does before it gives a good answer: it calls tools, says what is no answer, or is cut off. */
export type Manner = "look" | "send" | "both" | "bad" | "cut";

/** One call of a tool, as the model makes it. */
interface Use {
  readonly by: string;
  readonly k: number;
  readonly turn: number;
}

const USAGE = { input: 10, output: 5, cached: 0, reasoning: 0 };

/**
 * Answers in place of models and tools, and remembers what no crash reaches. What is said follows from what was said before
 * alone; each question and each call of a tool is held against what is durable at that instant.
 */
export class Models {
  readonly #world: World;
  readonly #disk: Disk;
  /** How often a model was asked. */
  asked = 0;
  /** Calls of the tool with effects, by run, step and call. */
  readonly #sent = new Set<string>();

  constructor(world: World, disk: Disk) {
    this.#world = world;
    this.#disk = disk;
  }

  answer({ said, instructions }: Question, { step }: Role): Promise<Answer> {
    const { about } = JSON.parse((said[0] as { text: string }).text) as { about: Value };
    const run = this.#runOf(about.by);
    const name = run ? `${run}/${step}` : "";
    const turn = turnsIn(said);
    const manners = JSON.parse(instructions) as readonly Manner[];
    const answer = toAnswer(manners[turn], { name, turn, about, said });
    this.asked++;
    this.#world.say(`ask ${name || step}, turn ${turn}`);
    if (run) this.#checkAsked(said, { run, step, turn });
    return this.#later(`answer ${name || step}, turn ${turn}`, answer);
  }

  tool({ tool, input }: ToolUsed, { step }: Role): Promise<ToolResult> {
    const { by, k } = input as Use;
    const run = this.#runOf(by);
    if (!run) return this.#later(`gave ${step} ${k}`, { output: { k } });
    const [name, call] = [`${run}/${step}`, `${run}/${step} ${k}`];
    const uses = this.#disk.turns.filter(
      (row) => row.isTool && row.runId === run && row.step === step && usedIn(row.data).k === k,
    );
    this.#world.say(`call ${tool} ${name} ${k}`);
    const last = uses.toSorted((a, b) => a.conversation - b.conversation).at(-1);
    if (!last) this.#violate("a call of a tool is written down before it is made", call);
    const failures = this.#disk.steps(run, step).filter(({ status }) => status === "failed").length;
    if (last?.conversation === failures && last.result !== null)
      this.#violate("a call of a tool whose result is written down is not made again", call);
    if (tool === "send") {
      if (this.#sent.has(call)) this.#violate("what a tool has done is not done again", call);
      this.#sent.add(call);
    }
    return this.#later(`gave ${call}`, { output: { k } });
  }

  #checkAsked(
    said: readonly Said[],
    { run, step, turn }: { readonly run: string; readonly step: string; readonly turn: number },
  ): void {
    const name = `${run}/${step}`;
    if (said.at(-1)!.by === "model")
      this.#violate("an answer that was written down is not asked for again", name);
    if (this.#answersOf(run, step) > turn) this.#violate("what a model has said is told to it", name);
    for (const one of said)
      if (one.by === "tool" && !this.#isTold(run, step, one))
        this.#violate("what tools gave is durable before a model is told of it", name);
  }

  /** The run that asks; unknown of one that has taken over what another one gave, which is what it asks about. */
  #runOf(by: string): string | undefined {
    const run = /run_[0-9a-f]{32}/.exec(by)![0];
    return this.#disk.runs.get(run)?.endedAt === null ? run : undefined;
  }

  #later<T>(what: string, value: T): Promise<T> {
    const world = this.#world;
    const isStalled = world.strikes(world.faults.stall);
    return new Promise((resolve) => {
      world.add({ kind: "task", what, due: 0, isStalled, end: () => resolve(value) });
    });
  }

  /** Of the conversation that goes on, what the model has said and is durable. */
  #answersOf(run: string, step: string): number {
    const failures = this.#disk.steps(run, step).filter(({ status }) => status === "failed").length;
    return answersIn(this.#disk, run, step, failures);
  }

  #isTold(run: string, step: string, { gave }: Extract<Said, { by: "tool" }>): boolean {
    const { k } = (gave as { value: { k: number } }).value;
    return this.#disk.turns.some(
      ({ runId, step: of, isTool, data }) =>
        runId === run && of === step && !isTool && data.includes(`"value":{"k":${k}}`),
    );
  }

  #violate(rule: string, detail: string): void {
    this.#world.violate(rule, detail);
  }
}

/** How often a model has said something that is written down. */
export function answersIn({ turns }: Disk, run: string, step: string, conversation?: number): number {
  return turns
    .filter(
      (row) =>
        row.runId === run &&
        row.step === step &&
        !row.isTool &&
        (conversation === undefined || row.conversation === conversation),
    )
    .flatMap(({ data }) => JSON.parse(data) as { role: string }[])
    .filter(({ role }) => role === "assistant").length;
}

function usedIn(data: string): Use {
  return (JSON.parse(data) as { input: Use }).input;
}

/** What the model has said so far; calls that it made at once are one. */
function turnsIn(said: readonly Said[]): number {
  const turns = new Set<number>();
  let texts = 0;
  for (const one of said)
    if (one.by === "model" && "calls" in one) turns.add((one.with as Use).turn);
    else if (one.by === "model") texts++;
  return turns.size + texts;
}

interface Asked {
  readonly name: string;
  readonly turn: number;
  readonly about: Value;
  readonly said: readonly Said[];
}

function toAnswer(manner: Manner | undefined, { name, turn, about, said }: Asked): Answer {
  const text = (what: string, finish = "stop") => ({ text: what, calls: [], finish, usage: USAGE });
  const all = said.flatMap((one) =>
    one.by === "tool" ? [{ n: (one.gave as { value: { k: number } }).value.k }] : [],
  );
  const calls = (...tools: string[]): Answer => ({
    text: "",
    calls: tools.map((tool, i) => {
      const use: Use = { by: about.by, k: 2 * turn + i, turn };
      return { id: `call_${i}`, tool, input: JSON.stringify(use) };
    }),
    finish: "tool-calls",
    usage: USAGE,
  });
  switch (manner) {
    case "look":
      return calls("look");
    case "send":
      return calls("send");
    case "both":
      return calls("look", "look");
    case "bad":
      return text("I would rather not");
    case "cut":
      // Read as a whole one it would fit.
      return text(JSON.stringify(toValue({ n: -1 }, name)), "length");
    case undefined:
      return text(JSON.stringify(toValue({ n: about.n, from: [about], all }, name)));
    default:
      return manner satisfies never;
  }
}
