import { nextTick } from "node:process";
import type { Plan } from "../plan/index.ts";
import type { Clock } from "../support/clock.ts";
import {
  Admission,
  type Needs,
  orchestraName,
  type Shortage,
  SLOT,
  scoreName,
  strictly,
  type Ticket,
  tagName,
} from "./core/admission.ts";
import type { Play } from "./engine.ts";
import type { RunEvent } from "./run-event.ts";
import type { Ending } from "./take-moves.ts";

/** A place among the runs under way, or in the queue for one. */
export type Turn = Pick<Ticket<string>, "is" | "onSettled">;

/**
 * Two tickets, one after the other: for what few runs share, and then for a slot, which all of them need. Asked for at
 * once, a run that waits for another one of its score would keep everybody behind it from the slots that are free (A3).
 * Nobody who holds a slot waits for anything, so slots come free.
 */
const A_SLOT: Needs = new Map([[SLOT, 1]]);

class TwoTickets implements Turn {
  onSettled: (() => void) | undefined;
  readonly #admission: Admission<string>;
  readonly #first: Ticket<string>;
  #slot: Ticket<string> | undefined;
  #isOver = false;

  constructor(admission: Admission<string>, needs: Needs, as: Pick<Ticket<string>, "priority" | "order">) {
    this.#admission = admission;
    this.#first = admission.ask(needs, as);
    const askForSlot = () => {
      if (this.#isOver) return this.onSettled?.();
      const slot = admission.ask(A_SLOT, as);
      this.#slot = slot;
      if (slot.is === "granted") this.onSettled?.();
      else slot.onSettled = () => this.onSettled?.();
    };
    if (this.#first.is === "granted") askForSlot();
    // It is told within a change of the tickets, in which nobody may ask.
    else this.#first.onSettled = () => queueMicrotask(askForSlot);
  }

  get is(): Turn["is"] {
    if (this.#isOver) return "over";
    return this.#slot?.is === "granted" ? "granted" : "waiting";
  }

  get shortages(): readonly Shortage[] {
    return this.#admission.shortagesOf(this.#slot ?? this.#first);
  }

  giveBack(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const slot = this.#slot;
    this.#admission.giveBack(this.#first);
    // Who has waited for the first may come before those who wait for the slot: it asks for it before.
    if (slot) queueMicrotask(() => this.#admission.giveBack(slot));
  }
}

/** A run in the queue. */
export interface QueuedPlay extends Play {
  /** Takes it out of the queue. False when its turn has come: then it is being begun. */
  withdraw(): boolean;
  /** Its turn has come, and it plays, or has come to nothing. */
  readonly begun: Promise<void>;
  /** What became of it, once it is withdrawn. */
  leave(ending: Ending): void;
}

interface Waiting {
  /** Begins it; `undefined` when nothing begins any more, or what became of it meanwhile. */
  readonly begin: () => Promise<Play | Ending | undefined>;
  /** It is told to stop: what is part of it may be under way without it. */
  readonly onStop: (reason: Error) => void;
}

interface Asking {
  readonly priority: number;
  /** That it is a run of. */
  readonly orchestra?: string | null | undefined;
}

/** Which runs may be under way, and those that wait for that: only runs that no other one plays. */
export class Turns {
  /** In the queue, by id. */
  readonly queued = new Map<string, QueuedPlay>();
  readonly #admission: Admission<string>;
  readonly #clock: Clock;

  /** @param capacities how many runs with each tag, and how many of all, may be under way */
  constructor(capacities: Iterable<readonly [string, number]>, clock: Clock) {
    this.#admission = new Admission(strictly, capacities);
    this.#clock = clock;
  }

  setCapacities(capacities: Iterable<readonly [string, number]>): void {
    for (const [name, most] of capacities) this.#admission.setCapacity(name, most);
  }

  /** How many runs of an orchestra may be under way; `undefined`: any number. */
  limitOrchestra(id: string, most: number | undefined): void {
    const name = orchestraName(id);
    if (most !== undefined) this.#admission.setCapacity(name, most);
    else if (this.#admission.capacityOf(name) !== undefined)
      this.#admission.setCapacity(name, Number.POSITIVE_INFINITY);
  }

  /** Asks for a place among those under way; `undefined` when nothing limits this one. */
  ask(id: string, { score, runs, tags }: Plan, { priority, orchestra }: Asking): Turn | undefined {
    const ofOrchestra = typeof orchestra === "string" ? orchestraName(orchestra) : undefined;
    const isLimited = ofOrchestra !== undefined && this.#admission.capacityOf(ofOrchestra) !== undefined;
    if (!runs && !tags && !isLimited && this.#admission.capacityOf(SLOT) === undefined) return undefined;
    const needs = new Map((tags ?? []).map((tag) => [tagName(tag), 1]));
    if (isLimited) needs.set(ofOrchestra, 1);
    if (runs) {
      this.#admission.setCapacity(scoreName(score), runs.max);
      needs.set(scoreName(score), 1);
    }
    return new TwoTickets(this.#admission, needs, { priority, order: id });
  }

  giveBack(turn: Turn | undefined): void {
    (turn as TwoTickets | undefined)?.giveBack();
  }

  waitsFor(turn: Turn): readonly Shortage[] {
    return (turn as TwoTickets).shortages;
  }

  /** Gives the place back when `doing` fails. */
  async orGiveBack<T>(turn: Turn | undefined, doing: Promise<T>): Promise<T> {
    try {
      return await doing;
    } catch (error) {
      this.giveBack(turn);
      throw error;
    }
  }

  /** A run that waits for its turn, and from then on the run itself. While it waits it is little more than its place. */
  queue(id: string, turn: Turn, waiting: Waiting): Play {
    const play = this.#toPlay(id, turn, waiting);
    this.queued.set(id, play);
    return play;
  }

  #toPlay(id: string, turn: Turn, { begin, onStop }: Waiting): QueuedPlay {
    const listeners = new Map<(event: RunEvent) => void, () => void>();
    const left = Promise.withResolvers<Ending>();
    const begun = Promise.withResolvers<void>();
    let play: Play | undefined;
    let stopped: Error | undefined;
    // After the caller has gone on: it may have subscribed.
    nextTick(() => {
      if (turn.is !== "waiting") return;
      const queued = {
        type: "run.queued",
        waitsFor: this.waitsFor(turn),
        run: id,
        at: this.#clock.now(),
      } as const;
      for (const hear of listeners.keys()) hear(queued);
    });
    const follow = async (): Promise<Ending> => {
      await settled(turn);
      if (turn.is !== "granted") return left.promise;
      let made: Play | Ending | undefined;
      try {
        made = await this.orGiveBack(turn, begin());
      } finally {
        this.queued.delete(id);
        begun.resolve();
      }
      if (!made || "is" in made) {
        this.giveBack(turn);
        return made ?? { is: "stopped" };
      }
      play = made;
      for (const hear of listeners.keys()) listeners.set(hear, play.subscribe(hear));
      if (stopped) play.stop(stopped);
      return play.ending;
    };
    const withdraw = () => {
      if (turn.is !== "waiting") return false;
      this.queued.delete(id);
      this.giveBack(turn);
      return true;
    };
    return {
      id,
      ending: follow(),
      subscribe(hear) {
        if (play) return play.subscribe(hear);
        listeners.set(hear, () => {});
        return () => {
          listeners.get(hear)?.();
          listeners.delete(hear);
        };
      },
      /** It stays queued, and has its turn when it is resumed. */
      stop(reason) {
        stopped ??= reason;
        if (play) return play.stop(reason);
        // Somebody else has taken it out.
        if (turn.is === "over") return;
        onStop(reason);
        if (withdraw()) left.resolve({ is: "stopped" });
      },
      decide: async (step, decision) => (play ? play.decide(step, decision) : false),
      isEnding: () => play?.isEnding() ?? false,
      get stepping() {
        return play?.stepping;
      },
      withdraw,
      begun: begun.promise,
      leave: left.resolve,
    };
  }
}

async function settled(turn: Turn): Promise<void> {
  if (turn.is !== "waiting") return;
  await new Promise<void>((resolve) => {
    turn.onSettled = resolve;
  });
}
