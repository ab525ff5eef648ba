import type { DefinitionFile, Job, LoadedFile, Loader } from "../child/protocol.ts";
import type { ChildOptions, RunChild } from "../run-child.ts";
import { StandingChild } from "./standing-child.ts";

/** A process with so many modules that nobody reads any more is replaced, */
const MOST_STALE = 5_000;
/** or one that has grown by so much: a module leaves 40 KB. */
const MOST_GROWN_MB = 200;
/** Its successor is started well before. */
const SPARE_FROM = 0.2;
/**
 * It loads the definitions before it is wanted, so many at a time, while nobody waits for anything: a process takes
 * twice as long for its first thousand.
 */
const WARMED_AT_ONCE = 20;
/** And if somebody always waits, this part of them after each job. */
const WARMED_ANYWAY = 1 / 4;

/** The process in which a workspace is evaluated again and again; replaced before it is too large. */
export class Evaluator {
  readonly #root: string;
  readonly #options: ChildOptions;
  #child: StandingChild | undefined;
  #spare: StandingChild | undefined;
  #isClosed = false;
  /** How many processes there have been. */
  started = 0;
  /** What was asked for last, */
  #asked: Job | undefined;
  /** and every definition that can be loaded so, by its file. */
  readonly #known = new Map<string, DefinitionFile>();
  /** The successor that loads something right now. */
  #warming: StandingChild | undefined;
  /** Jobs that somebody waits for. */
  #running = 0;

  constructor(root: string, options: ChildOptions) {
    this.#root = root;
    this.#options = options;
    this.#spare = this.#start();
  }

  /** Has a job done: `runChild`, by a process that is there already. */
  readonly run: RunChild = async (job, options, onMessage) => {
    this.#running++;
    const child = this.#take(job.loader);
    const { stale = [] } = job;
    // It has loaded some of them as they were.
    if (this.#spare?.isWarm) for (const file of stale) this.#spare.missed.add(file);
    const whole = new Set<string>();
    const end = await child.run(job, options, (message) => {
      if (message.is === "loaded" && isHarmless(message.loaded)) whole.add(message.loaded.file);
      // Another loader needs another process, and so does what is left when this one can load no more.
      if (message.is === "needsTsx" || message.is === "worn") child.isGone = true;
      onMessage(message);
    });
    this.#running--;
    this.#know(job, whole);
    if (child.isGone) this.#retire(child);
    else if (wornOf(child) >= SPARE_FROM) void this.#warm(options);
    return end;
  };

  /** What comes next is evaluated by a process that has loaded nothing yet. */
  renew(): void {
    this.#dropWarm();
    if (this.#child) this.#retire(this.#child);
  }

  close(): void {
    this.#isClosed = true;
    this.#child?.kill();
    this.#spare?.kill();
  }

  #take(loader: Loader): StandingChild {
    const now = this.#child;
    if (now && !now.isGone && wornOf(now) < 1) return now;
    if (this.#spare?.isWarm && this.#asked?.loader !== loader) this.#dropWarm();
    if (now) this.#retire(now);
    this.#child = this.#spare && !this.#spare.isGone ? this.#spare : this.#start();
    this.#spare = undefined;
    return this.#child;
  }

  #retire(child: StandingChild): void {
    child.close();
    this.#child = undefined;
    this.#prepare();
  }

  /** A successor may load in advance what does nothing but define. */
  #know(job: Job, whole: ReadonlySet<string>): void {
    if (job.loader !== this.#asked?.loader) this.#known.clear();
    this.#asked = job;
    for (const one of job.files) {
      if (whole.has(one.file)) this.#known.set(one.file, one);
      else this.#known.delete(one.file);
    }
  }

  /** Has the successor load what it will be asked for, as long as nobody waits for anything. */
  async #warm(options: ChildOptions): Promise<void> {
    this.#prepare();
    const spare = this.#spare;
    if (spare === undefined || this.#warming === spare) return;
    this.#warming = spare;
    const least = spare.warmed + this.#known.size * WARMED_ANYWAY;
    while (spare === this.#spare && !spare.isGone && !this.#isClosed) {
      const files = [...this.#known.values()].slice(spare.warmed, spare.warmed + WARMED_AT_ONCE);
      if (files.length === 0 || (this.#running > 0 && spare.warmed >= least)) break;
      await spare.warm({ ...this.#asked!, files, stale: [] }, options);
    }
    this.#warming = undefined;
  }

  #dropWarm(): void {
    if (!this.#spare?.isWarm) return;
    this.#spare.kill();
    this.#spare = undefined;
  }

  #prepare(): void {
    if (!this.#isClosed && (this.#spare === undefined || this.#spare.isGone)) this.#spare = this.#start();
  }

  #start(): StandingChild {
    this.started++;
    return new StandingChild(this.#root, this.#options);
  }
}

/** Does loading it leave nothing behind that has to be told? */
function isHarmless({ failures, changed }: LoadedFile): boolean {
  return failures.length === 0 && changed.length === 0;
}

/** How much of its life is over: 1 and it is to be replaced. */
function wornOf({ staleModules, usedMb, usedAtFirstMb = usedMb }: StandingChild): number {
  return Math.max(staleModules / MOST_STALE, (usedMb - usedAtFirstMb) / MOST_GROWN_MB);
}
