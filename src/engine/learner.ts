import { toStorable } from "../support/to-storable.ts";
import type { Step, StepError } from "./core/state.ts";
import type { Performance } from "./performance.ts";
import type { StepInfo } from "./step-info.ts";

/** A run in which everything fails in a way of its own teaches this much and no more. */
const MOST_PATTERNS = 100;
const LONGEST_PATTERN = 300;
const LONGEST_EXAMPLE = 500;

/**
 * What one run teaches: what went wrong, and what went wrong and then passed. Made by the first failure, so a run in which
 * everything goes well has none. Each pattern is written once a run, however many items meet it.
 */
export class Learner {
  readonly #run: Performance;
  readonly #written = new Set<string>();
  /** The last pattern by step, of steps that may still pass. */
  readonly #open = new Map<string, string>();

  constructor(run: Performance) {
    this.#run = run;
  }

  failed(step: Step, attempt: number, error: StepError): void {
    const pattern = toPattern(error.message);
    // What a rehearsal or a recording does wrong is nothing about the world.
    if (pattern === "" || this.#run.source) return;
    if (this.#open.size < MOST_PATTERNS || this.#open.has(step.key)) this.#open.set(step.key, pattern);
    const code = error.code === undefined ? {} : { code: error.code };
    this.#write("failure", step, pattern, {
      text: toStorable(error.message).slice(0, LONGEST_EXAMPLE).toWellFormed(),
      context: { ...code, attempt, kind: step.node.plan.kind },
    });
  }

  passed(step: Step, attempt: number, { varied, reconstructed }: StepInfo): void {
    const pattern = this.#open.get(step.key);
    if (pattern === undefined) return;
    this.#open.delete(step.key);
    const changed =
      varied === undefined
        ? ""
        : ` with ${toStorable(JSON.stringify(varied)).slice(0, LONGEST_PATTERN).toWellFormed()}`;
    this.#write("fix", step, pattern, {
      text: reconstructed ? "it was rebuilt from another output" : `attempt ${attempt} passed${changed}`,
      context: { attempt, ...(varied === undefined ? {} : { varied }), kind: step.node.plan.kind },
    });
  }

  #write(kind: "failure" | "fix", step: Step, pattern: string, seen: Seen): void {
    const { state, journal, clock, playable } = this.#run;
    const appliesTo = `${state.plan.score}/${step.node.path}`;
    const name = `${kind} ${appliesTo} ${pattern}`;
    if (this.#written.has(name) || this.#written.size >= MOST_PATTERNS) return;
    this.#written.add(name);
    journal.learnings.note({
      kind,
      pattern,
      appliesTo,
      text: seen.text,
      context: JSON.stringify(seen.context),
      at: clock.now(),
      runId: state.id,
      step: step.key,
      deployment: playable.hash,
      by: null,
    });
  }
}

interface Seen {
  readonly text: string;
  readonly context: object;
}

/** Ids and hashes, times, and numbers: what is another one the next time. */
const DIFFERING = /\b(?:[a-z]+_)?[0-9a-f]{8,}(?:-[0-9a-f]{4,})*\b|\d[\d.,:_-]*/gi;

/** A message without what differs each time it is said. */
export function toPattern(message: string): string {
  return toStorable(message)
    .replace(DIFFERING, "#")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, LONGEST_PATTERN)
    .toWellFormed();
}
