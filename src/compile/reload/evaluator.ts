import type { ChildOptions, RunChild } from "../run-child.ts";
import { StandingChild } from "./standing-child.ts";

/** A process with so many modules that nobody reads any more is replaced, */
const MOST_STALE = 2_000;
/** or one that has grown by so much. */
const MOST_GROWN_MB = 150;
/** Its successor is started a little before: it takes a tenth of a second. */
const SPARE_FROM = 0.8;

/** The process in which a workspace is evaluated again and again; replaced before it is too large. */
export class Evaluator {
  readonly #root: string;
  readonly #options: ChildOptions;
  #child: StandingChild | undefined;
  #spare: StandingChild | undefined;
  #isClosed = false;
  /** How many processes there have been. */
  started = 0;

  constructor(root: string, options: ChildOptions) {
    this.#root = root;
    this.#options = options;
    this.#spare = this.#start();
  }

  /** Has a job done: `runChild`, by a process that is there already. */
  readonly run: RunChild = async (job, options, onMessage) => {
    const child = this.#take();
    const end = await child.run(job, options, (message) => {
      // Another loader needs another process, and so does what is left when this one can load no more.
      if (message.is === "needsTsx" || message.is === "worn") child.isGone = true;
      onMessage(message);
    });
    if (child.isGone) this.#retire(child);
    else if (wornOf(child) >= SPARE_FROM) this.#prepare();
    return end;
  };

  /** What comes next is evaluated by a process that has loaded nothing yet. */
  renew(): void {
    if (this.#child) this.#retire(this.#child);
  }

  close(): void {
    this.#isClosed = true;
    this.#child?.kill();
    this.#spare?.kill();
  }

  #take(): StandingChild {
    const now = this.#child;
    if (now && !now.isGone && wornOf(now) < 1) return now;
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

  #prepare(): void {
    if (!this.#isClosed && (this.#spare === undefined || this.#spare.isGone)) this.#spare = this.#start();
  }

  #start(): StandingChild {
    this.started++;
    return new StandingChild(this.#root, this.#options);
  }
}

/** How much of its life is over: 1 and it is to be replaced. */
function wornOf({ staleModules, usedMb, usedAtFirstMb = usedMb }: StandingChild): number {
  return Math.max(staleModules / MOST_STALE, (usedMb - usedAtFirstMb) / MOST_GROWN_MB);
}
