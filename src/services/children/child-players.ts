import { MaestroError } from "../../diagnostics/index.ts";
import type { Elsewhere } from "../../engine/elsewhere.ts";
import { type Playable, toPlayable } from "../../engine/index.ts";
import type { Plan } from "../../plan/index.ts";
import { systemClock } from "../../support/clock.ts";
import { CallJob } from "./call-job.ts";
import type { ChildSettings } from "./child.ts";
import { Crew, LoadError, type Room } from "./crew.ts";
import { PlayJob } from "./play-job.ts";
import type { ScoreFacts } from "./protocol.ts";
import { type CallElsewhere, toStandIns } from "./stand-ins.ts";

export interface ChildPlayersOptions extends Partial<ChildSettings> {
  readonly entry: string;
  readonly root: string;
  /** The most children at once, over all deployments. */
  readonly max?: number;
  /** How long a `derive` or a check may take: they are small functions. */
  readonly callMs?: number;
  /** A child that was given so many jobs is replaced. */
  readonly recycleAfter?: number;
  /** A child that has had nothing to do for so long is ended. */
  readonly idleMs?: number;
  /** Where in the author's source a stack of the bundled code begins. */
  readonly locate?: (stack: string) => string | undefined;
}

/** A deployment as files keep it. */
interface Kept {
  readonly hash: string;
  /** The plan as it was written down. */
  readonly plan: string;
  /** Absolute path of its bundled code. */
  readonly codeFile: string;
}

const MAX = 2;
const MEMORY_MB = 512;
const GRACE_MS = 5_000;
const START_MS = 60_000;
const IDLE_MS = 30_000;
const RECYCLE_AFTER = 100_000;
const CALL_MS = 10_000;
const SWEEP_MS = 250;
/** A child is not taken from one deployment for another before it was there for so long. */
const LEAST_STAY_MS = 1_000;

/**
 * Plays author code in child processes, a few for each deployment, started when they are needed. What a child does to
 * itself costs only the attempts it was playing.
 */
export class ChildPlayers implements Room {
  readonly suspects = new Map<string, number>();
  isClosed = false;
  readonly #settings: ChildSettings & { readonly recycleAfter: number };
  readonly #max: number;
  readonly #idleMs: number;
  readonly #callMs: number;
  readonly #locate: (stack: string) => string | undefined;
  readonly #crews = new Map<string, Crew>();
  /** Those that wait for a child to be started, the first that asked first. */
  readonly #asking = new Set<Crew>();
  #nextId = 1;
  #cancelSweep: (() => void) | undefined;

  constructor(options: ChildPlayersOptions) {
    const {
      max = MAX,
      recycleAfter = RECYCLE_AFTER,
      idleMs = IDLE_MS,
      callMs = CALL_MS,
      locate = () => undefined,
      ...rest
    } = options;
    this.#max = max;
    this.#idleMs = idleMs;
    this.#callMs = callMs;
    this.#locate = locate;
    this.#settings = {
      memoryMb: MEMORY_MB,
      env: [],
      graceMs: GRACE_MS,
      startMs: START_MS,
      clock: systemClock,
      onOutput: () => undefined,
      ...rest,
      recycleAfter,
    };
  }

  /**
   * Makes a deployment ready to be played in children. None of its code is loaded into this process.
   * @throws MaestroError MR2010 when its definitions do not give the plan they gave when they were compiled, MR2015 when
   * they cannot be loaded, MR3073 when no child comes up
   */
  async prepare(kept: Kept): Promise<Playable> {
    const { hash, plan, codeFile } = kept;
    const { score } = JSON.parse(plan) as Plan;
    let crew = this.#crews.get(hash);
    if (!crew) {
      crew = new Crew(codeFile, this.#settings, this);
      this.#crews.set(hash, crew);
    }
    this.#sweepSoon();
    const facts = await crew.facts().catch((error: unknown) => {
      throw error instanceof LoadError ? this.#toLoadFailure(score, error) : error;
    });
    if (JSON.stringify(facts[0]!.plan) !== plan) throw new MaestroError("MR2010", { score });
    return this.#toPlayable(hash, facts, crew);
  }

  /**
   * Ends every child, and all that they have started. Nothing can be played any more.
   * @param graceMs how long they have before they are killed
   */
  async close(graceMs?: number): Promise<void> {
    this.isClosed = true;
    this.#cancelSweep?.();
    const children = [...this.#crews.values()].flatMap((crew) => [...crew.children]);
    await Promise.all(children.map((child) => child.end(graceMs)));
  }

  ask(crew: Crew): boolean {
    if (this.#count() < this.#max) {
      this.#asking.delete(crew);
      return true;
    }
    // Who has somebody already does with that.
    if (crew.children.size > 0) return false;
    this.#asking.add(crew);
    this.#makeRoom();
    return false;
  }

  freed(): void {
    const [first] = this.#asking;
    if (!first) return;
    this.#asking.delete(first);
    first.next();
  }

  /** Who is at work and takes nothing more does not count: a task of hours would keep every other deployment waiting. */
  #count(): number {
    let count = 0;
    for (const crew of this.#crews.values())
      for (const { isRetiring, size } of crew.children) if (!isRetiring || size === 0) count++;
    return count;
  }

  /**
   * Another deployment has to do with one child less: the oldest takes nothing more, and ends when it is done. Its place
   * is free when it has nothing to do, or at once, when it is still at work.
   */
  #makeRoom(): void {
    const now = this.#settings.clock.now();
    const all = [...this.#crews.values()].flatMap(({ children }) => [...children]);
    if (all.filter(({ isRetiring, size }) => isRetiring && size === 0).length >= this.#asking.size) return;
    const movable = all.filter(
      ({ isReady, isRetiring, size, startedAt }) =>
        isReady && !isRetiring && (size === 0 || now - startedAt > LEAST_STAY_MS),
    );
    const [oldest] = movable.sort(
      (a, b) => Math.sign(a.size) - Math.sign(b.size) || a.startedAt - b.startedAt,
    );
    if (!oldest) return;
    oldest.isRetiring = true;
    if (oldest.size === 0) oldest.quit();
    else this.freed();
  }

  #sweepSoon(): void {
    this.#cancelSweep ??= this.#settings.clock.after(SWEEP_MS, () => {
      this.#cancelSweep = undefined;
      const now = this.#settings.clock.now();
      for (const { children } of this.#crews.values()) {
        for (const child of children) {
          child.sweep(now);
          if (child.isReady && child.size === 0 && now - child.idleSince > this.#idleMs) child.quit();
        }
      }
      if (this.#asking.size > 0) this.#makeRoom();
      if (!this.isClosed) this.#sweepSoon();
    });
  }

  #toLoadFailure(score: string, { failure: { name, detail, stack } }: LoadError): MaestroError {
    // Node names the bundle as the importer, which its author never wrote.
    const line = detail
      .trim()
      .split(/\r|\n/, 1)[0]!
      .replace(/ imported from .*$/, "");
    return new MaestroError("MR2015", { score, name, detail: line, at: this.#locate(stack) });
  }

  #toPlayable(hash: string, facts: readonly ScoreFacts[], crew: Crew): Playable {
    const playables = facts.map((one, score) => {
      const elsewhere: Elsewhere = {
        play: (node, call) => {
          const job = new PlayJob(this.#nextId++, { score, node, call });
          if (!job.isSettled) crew.submit(job);
          return job.performed;
        },
      };
      const call: CallElsewhere = (path, values, tool) => {
        const again = (job: CallJob) => crew.submit(job);
        const job = new CallJob(this.#nextId++, {
          score,
          path,
          values,
          timeoutMs: tool ? undefined : this.#callMs,
          secrets: tool?.secrets,
          hasEffects: tool?.effects ?? false,
          again,
        });
        crew.submit(job);
        const stop = () => job.stop(tool!.signal.reason as Error);
        tool?.signal.addEventListener("abort", stop, { once: true });
        return job.made;
      };
      return toPlayable(hash, one.plan, toStandIns(one, elsewhere, call), elsewhere);
    });
    for (const [i, { scores }] of facts.entries()) {
      const inner = playables[i]!.scores as Map<string, Playable>;
      for (const [id, place] of Object.entries(scores)) inner.set(id, playables[place]!);
    }
    return playables[0]!;
  }
}
