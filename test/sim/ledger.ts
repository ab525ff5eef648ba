import type { TaskCall } from "../../src/plan/index.ts";
import type { StepRow } from "../../src/store/store.ts";
import type { Disk } from "./disk.ts";
import type { Part, Stage } from "./draw-score.ts";
import { Death } from "./troupe.ts";
import type { Life, Thing, World } from "./world.ts";

interface Begun {
  readonly needs: Part["needs"];
  readonly run: string;
  readonly key: string;
  readonly life: Life;
  /** Under way, and nobody told it to end. */
  isUnderWay: boolean;
  /** It has brought something, or nothing is left of it. */
  isOver: boolean;
  /**
   * When its time is over, on the clock that never jumps: then nobody waits for it any more, also where it had been told to
   * end before, for another reason, and goes on all the same.
   */
  readonly until: number;
}

/** What is known of a run from outside: who stopped it, who allowed what. */
export interface Wishes {
  /** Nothing of it may begin: it was stopped or cancelled, and nobody has resumed it since. */
  isHalted(run: string): boolean;
  /** How often people said that the step may happen again. */
  redone(run: string, key: string): number;
}

const KEY = /^(run_[0-9a-f]{32})\/(.+?)(?:~(\d+))?$/;

/** The run and the step that an idempotency key names, and which value it was for, of a step that is played again. */
function parse(name: string): { readonly run: string; readonly key: string; readonly round: number } {
  const [, run = "", key = "", round = "1"] = KEY.exec(name) ?? [];
  return { run, key, round: Number(round) };
}

/**
 * Performs tasks and keeps what it saw in a place that no crash reaches. Each task that begins is held against what is
 * durable at that instant.
 */
export class Ledger implements Stage {
  readonly #world: World;
  readonly #disk: Disk;
  readonly #wishes: Wishes;
  readonly #capacities: Readonly<Record<string, number>>;
  readonly #begun = new Map<string, Begun[]>();
  /** What each step gave, by its idempotency key. */
  readonly gave = new Map<string, unknown>();

  constructor(world: World, disk: Disk, wishes: Wishes, capacities: Readonly<Record<string, number>> = {}) {
    this.#capacities = capacities;
    this.#world = world;
    this.#disk = disk;
    this.#wishes = wishes;
  }

  /** How often the step was begun. */
  timesBegun(idempotencyKey: string): number {
    return this.#begun.get(idempotencyKey)?.length ?? 0;
  }

  get total(): number {
    let total = 0;
    for (const begun of this.#begun.values()) total += begun.length;
    return total;
  }

  /** Where the step was being played nothing is left, also of one that had been told to end and had not. */
  bury(idempotencyKey: string): void {
    const last = this.#begun.get(idempotencyKey)?.at(-1);
    if (last) last.isOver = true;
  }

  play(part: Part, call: TaskCall): unknown {
    const world = this.#world;
    const { life } = world;
    // In the turn in which its process dies nothing happens any more.
    if (life.isOver) return new Promise(() => {});
    const { idempotencyKey: name, attempt } = call;
    const begun = this.#begin(part, call, life);
    world.say(`begin ${name}#${attempt}`);
    if (part.isPoison || (part.isAsync && world.strikes(world.faults.crash * 8))) {
      world.crash(`in ${name}`);
      return new Promise(() => {});
    }
    const finish = () => {
      begun.isUnderWay = false;
      begun.isOver = true;
      if (attempt <= part.failsUntil) throw new Error(`attempt ${attempt} fails`);
      const value = part.give(call.input, name);
      this.gave.set(name, value);
      return value;
    };
    const hangs = attempt <= part.hangsUntil;
    if (!part.isAsync && !hangs) return finish();
    return this.#endLater(part, call, { begun, hangs, finish });
  }

  #endLater(
    { isDeaf }: Part,
    { signal, idempotencyKey: name, attempt }: TaskCall,
    { begun, hangs, finish }: { begun: Begun; hangs: boolean; finish: () => unknown },
  ): Promise<unknown> {
    const world = this.#world;
    const isStalled = !hangs && world.strikes(world.faults.stall);
    return new Promise((resolve, reject) => {
      const end = () => {
        try {
          resolve(finish());
        } catch (error) {
          reject(error);
        }
      };
      const what = `end ${name}#${attempt}`;
      let thing: Thing | undefined = hangs
        ? undefined
        : world.add({ kind: "task", what, due: 0, isStalled, end });
      signal.addEventListener("abort", () => {
        begun.isUnderWay = false;
        // It ends late, with its own result or with none at all.
        if (thing) world.remove(thing);
        if (signal.reason instanceof Death) {
          begun.isOver = true;
          return;
        }
        const isLate = (signal.reason as { code?: string }).code === "MR3002";
        const giveUp = () => {
          begun.isOver = true;
          reject(signal.reason as Error);
        };
        const late = isDeaf && (isLate || !hangs) ? end : giveUp;
        thing = world.add({ kind: "task", what: `late ${what}`, due: 0, end: late }, begun.life);
      });
    });
  }

  #begin(part: Part, call: TaskCall, life: Life): Begun {
    const { idempotencyKey: name, attempt } = call;
    const { run, key, round } = parse(name);
    const earlier = this.#begun.get(name) ?? [];
    const row = this.#disk.runs.get(run);
    const rows = this.#rowsOf(run, key, round);
    const violate = (rule: string) => this.#world.violate(rule, `${name}#${attempt}`);
    if (!part.key.test(key)) violate(`an idempotency key is the run and the step (${part.key.source})`);
    if (!row) violate("a step begins only when its run is durable");
    else if (row.endedAt !== null) violate("no step begins when its run has ended");
    if (rows.some(({ status }) => status === "completed"))
      violate("a step whose result is committed never runs again");
    if (rows.some((other) => other.attempt === attempt && other.status !== "running"))
      violate("an attempt that is over does not begin again");
    if (rows.filter(({ status }) => status === "failed").length >= part.tries)
      violate("a step is not tried more often than its policy says");
    if (earlier.some((other) => other.life === life && other.isUnderWay))
      violate("a step that is under way does not begin a second time");
    if (this.#wishes.isHalted(run)) violate("no step begins after a stop or a cancel");
    if (part.retry === "never" && earlier.length > this.#wishes.redone(run, key))
      violate('a step with retry: "never" does not begin twice unasked');
    for (const source of sourcesIn(call.input)) this.#checkDurable(source, violate);
    if (key.startsWith("onError") && this.#isAtWork(run, life))
      violate("onError begins when nothing is under way");
    this.#checkRoom(part.needs, life, violate);
    const until = this.#world.elapsed + part.timeoutMs;
    const begun = { needs: part.needs, run, key, life, isUnderWay: true, isOver: false, until };
    this.#begun.set(name, [...earlier, begun]);
    return begun;
  }

  #rowsOf(run: string, key: string, round: number): StepRow[] {
    const roundOf = ({ info }: StepRow) => (JSON.parse(info ?? "{}") as { round?: number }).round ?? 1;
    return this.#disk.steps(run, key).filter((row) => roundOf(row) === round);
  }

  /** What all runs share is there for what is under way together. */
  #checkRoom(needs: Part["needs"], life: Life, violate: (rule: string) => void): void {
    for (const [name, amount] of Object.entries(needs)) {
      let used = amount;
      for (const other of [...this.#begun.values()].flat())
        if (other.life === life && other.isUnderWay) used += other.needs[name] ?? 0;
      if (used > (this.#capacities[name] ?? 0))
        violate(`no more of "${name}" is held than there is (${used})`);
    }
  }

  #isAtWork(run: string, life: Life): boolean {
    const all = [...this.#begun.values()].flat();
    const { elapsed } = this.#world;
    return all.some(
      (other) => other.run === run && other.life === life && !other.isOver && other.until > elapsed,
    );
  }

  /** E1: what a step reads was durable before it began. */
  #checkDurable(source: string, violate: (rule: string) => void): void {
    const { run, key, round } = parse(source);
    if (!this.#rowsOf(run, key, round).some(({ status }) => status === "completed"))
      violate(`what a step reads is durable before it begins (${source})`);
  }
}

/** The steps whose values are part of `input`: values carry the key of the step that gave them. */
function sourcesIn(input: unknown): Set<string> {
  const sources = new Set<string>();
  for (const [source] of (JSON.stringify(input) ?? "").matchAll(/(?<="by":")run_[^"]+/g)) sources.add(source);
  return sources;
}
