import type { Job, LoadedFile, Loader } from "../child/protocol.ts";
import type { ChildOptions, RunChild } from "../run-child.ts";
import { StandingChild } from "./standing-child.ts";

/** A process with so many modules that nobody reads any more is replaced, */
const MOST_STALE = 5_000;
/** or one that has grown by so much: a module leaves 40 KB. */
const MOST_GROWN_MB = 200;
/** Its successor is started a little before: it takes a tenth of a second. */
const SPARE_FROM = 0.6;
/** It loads so many definitions before it is wanted: packages, and code that runs often, are compiled then. */
const MOST_WARMING = 60;

/** The process in which a workspace is evaluated again and again; replaced before it is too large. */
export class Evaluator {
  readonly #root: string;
  readonly #options: ChildOptions;
  #child: StandingChild | undefined;
  #spare: StandingChild | undefined;
  #isClosed = false;
  /** How many processes there have been. */
  started = 0;
  /** A job with definitions that can be loaded. */
  #known: Job | undefined;

  constructor(root: string, options: ChildOptions) {
    this.#root = root;
    this.#options = options;
    this.#spare = this.#start();
  }

  /** Has a job done: `runChild`, by a process that is there already. */
  readonly run: RunChild = async (job, options, onMessage) => {
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
    const files = job.files.filter(({ file }) => whole.has(file)).slice(0, MOST_WARMING);
    if (files.length >= (this.#known?.files.length ?? 0)) this.#known = { ...job, files, stale: [] };
    if (child.isGone) this.#retire(child);
    else if (wornOf(child) >= SPARE_FROM) this.#warm();
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
    if (this.#spare?.isWarm && this.#known?.loader !== loader) this.#dropWarm();
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

  /** Has the successor load what it will be asked for, while nobody waits for it. */
  #warm(): void {
    this.#prepare();
    const [job, spare] = [this.#known, this.#spare];
    if (!job || !spare || spare.isWarm || this.#isClosed) return;
    void spare.warm(job, this.#options);
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
