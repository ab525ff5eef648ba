import type { Clock } from "../../src/support/clock.ts";
import type { Device } from "./memory-store.ts";
import type { Random } from "./random.ts";

/** The process that plays; what it has begun dies with it. */
export interface Life {
  readonly epoch: number;
  isOver: boolean;
  /** Its store has refused a write: nothing is written any more. */
  hasBadStore: boolean;
}

/** Something that has begun and is not over: a commit, a read, a task, a timer. */
export interface Thing {
  readonly kind: "commit" | "read" | "task" | "timer";
  readonly what: string;
  readonly life: Life;
  /** On the clock that never jumps; only timers have one. */
  readonly due: number;
  /** It does not end by itself while there are faults. */
  readonly isStalled: boolean;
  end(): void;
}

/** Which faults there are, and how often: once in so many times, 0 for never. */
export interface Faults {
  readonly crash: number;
  readonly crashAtCommit: number;
  readonly badStore: number;
  readonly stall: number;
  readonly jump: number;
  readonly stop: number;
  readonly shutdown: number;
  readonly cancel: number;
  readonly pause: number;
  readonly rerun: number;
  /** A child that plays tasks ends. */
  readonly death: number;
  /** What an attempt has brought comes a second time, and is something else. */
  readonly again: number;
  /** Two people at once. */
  readonly twice: number;
}

export const NO_FAULTS: Faults = {
  crash: 0,
  crashAtCommit: 0,
  badStore: 0,
  stall: 0,
  jump: 0,
  stop: 0,
  shutdown: 0,
  cancel: 0,
  pause: 0,
  rerun: 0,
  death: 0,
  again: 0,
  twice: 0,
};

const BEGINNING = 1_700_000_000_000;
const RUN_ID = /run_[0-9a-f]{32}/g;

/**
 * Time, the disk's slowness and chance, all from one seed: between two turns of the event loop one thing that is under
 * way ends, and the seed says which. The same seed gives the same trace.
 */
export class World {
  readonly random: Random;
  faults: Faults;
  readonly trace: string[] = [];
  readonly violations: string[] = [];
  /** The clock that never jumps, in ms. */
  elapsed = 0;
  #jumped = 0;
  #things: Thing[] = [];
  #closers: (() => void)[] = [];
  readonly #names = new Map<string, string>();
  life: Life = { epoch: 0, isOver: true, hasBadStore: false };
  crashes = 0;

  constructor(random: Random, faults: Faults) {
    this.random = random;
    this.faults = faults;
  }

  /** Does a fault happen that happens once in `oneIn` times? */
  strikes(oneIn: number): boolean {
    return oneIn > 0 && this.random.oneIn(oneIn);
  }

  now(): number {
    return BEGINNING + this.elapsed + this.#jumped;
  }

  say(what: string): void {
    this.trace.push(`${String(this.elapsed).padStart(9)} p${this.life.epoch} ${this.named(what)}`);
  }

  violate(rule: string, detail: string): void {
    const whole = this.named(`${rule}: ${detail}`);
    this.violations.push(whole);
    this.say(`VIOLATION ${whole}`);
  }

  /** `text` with the ids of runs replaced by the order in which they were seen: ids differ from time to time. */
  named(text: string): string {
    return text.replace(RUN_ID, (id) => {
      let name = this.#names.get(id);
      if (name === undefined) {
        name = `run${this.#names.size + 1}`;
        this.#names.set(id, name);
      }
      return name;
    });
  }

  /** A new process. */
  begin(): Life {
    this.life = { epoch: this.life.epoch + 1, isOver: false, hasBadStore: false };
    this.say("a process starts");
    return this.life;
  }

  /** The process is gone, at this very instant: what it still executes in this turn changes nothing any more. */
  crash(why: string): void {
    if (this.life.isOver) return;
    this.say(`CRASH ${why}`);
    this.crashes++;
    this.exit();
  }

  exit(): void {
    this.life.isOver = true;
    this.#things = [];
    this.#closers = [];
  }

  add(thing: Omit<Thing, "life" | "isStalled"> & { readonly isStalled?: boolean }, life = this.life): Thing {
    const whole = { isStalled: false, ...thing, life };
    if (!life.isOver) this.#things.push(whole);
    return whole;
  }

  remove(thing: Thing): void {
    const index = this.#things.indexOf(thing);
    if (index >= 0) this.#things.splice(index, 1);
  }

  /** What is under way of these kinds; a stalled one counts. */
  count(...kinds: readonly Thing["kind"][]): number {
    return this.#things.filter(({ kind }) => kinds.includes(kind)).length;
  }

  clock(life: Life): Clock {
    return {
      now: () => this.now(),
      after: (delayMs, wake) => {
        const due = this.elapsed + Math.max(0, delayMs);
        const timer = this.add({ kind: "timer", what: `timer of ${delayMs} ms`, due, end: wake }, life);
        return () => this.remove(timer);
      },
    };
  }

  device(life: Life): Device {
    return {
      afterTurn: (close) => {
        if (!life.isOver) this.#closers.push(close);
      },
      commit: (write, rows) =>
        new Promise((resolve, reject) => {
          const end = () => this.#endCommit({ life, write, rows, resolve, reject });
          this.add({ kind: "commit", what: `commit ${rows.join(", ")}`, due: 0, end }, life);
        }),
      read: (query) =>
        new Promise((resolve) => {
          this.add({ kind: "read", what: "read", due: 0, end: () => resolve(query()) }, life);
        }),
    };
  }

  #endCommit(commit: {
    readonly life: Life;
    readonly write: () => void;
    readonly rows: readonly string[];
    resolve(): void;
    reject(error: Error): void;
  }): void {
    const { life, write, rows, resolve, reject } = commit;
    if (this.strikes(this.faults.crashAtCommit)) {
      const isWritten = this.random.oneIn(2);
      if (isWritten) write();
      return this.crash(`${isWritten ? "after" : "before"} a commit was made: ${rows.join(", ")}`);
    }
    if (this.strikes(this.faults.badStore)) {
      life.hasBadStore = true;
      const isWritten = this.random.oneIn(4);
      if (isWritten) write();
      this.say(`DISK FAILS (${isWritten ? "written all the same" : "not written"})`);
      return reject(new Error("the disk failed"));
    }
    try {
      write();
    } catch (error) {
      life.hasBadStore = true;
      this.violate(
        "the tables take what the engine writes",
        `${(error as Error).message}: ${rows.join(", ")}`,
      );
      return reject(error as Error);
    }
    resolve();
  }

  /** The wall clock is set, by up to three hours. */
  jump(): void {
    const byMs = (this.random.below(6_000) - 3_000) * 3_600;
    this.#jumped += byMs;
    this.say(`CLOCK JUMPS by ${byMs} ms`);
  }

  /** Everything that can go on by itself at this instant has gone on. */
  async settle(): Promise<void> {
    await new Promise(setImmediate);
    while (this.#closers.length > 0) {
      for (const close of this.#closers.splice(0)) close();
      await new Promise(setImmediate);
    }
  }

  /** Lets one thing end; false when there is none. */
  step(): boolean {
    const isCalm = this.faults === NO_FAULTS;
    const ready = this.#things.filter(({ kind, isStalled }) => kind !== "timer" && (isCalm || !isStalled));
    const thing = ready.length > 0 && !this.random.oneIn(6) ? this.random.pick(ready) : this.#nextTimer();
    const chosen = thing ?? (ready.length > 0 ? this.random.pick(ready) : undefined);
    if (!chosen) return false;
    this.remove(chosen);
    this.elapsed = Math.max(this.elapsed, chosen.due);
    if (chosen.kind !== "read") this.say(chosen.what);
    chosen.end();
    return true;
  }

  #nextTimer(): Thing | undefined {
    const timers = this.#things.filter(({ kind }) => kind === "timer");
    const due = Math.min(...timers.map((timer) => timer.due));
    const next = timers.filter((timer) => timer.due === due);
    return next.length > 0 ? this.random.pick(next) : undefined;
  }
}
