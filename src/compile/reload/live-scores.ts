import type { Diagnostic } from "../../diagnostics/index.ts";
import type { Compilation, CompiledScore } from "../compilation.ts";
import type { Change } from "../diff/change.ts";
import { comparePlans } from "../diff/compare-scores.ts";
import { errorsAbout } from "../errors-about.ts";

/** A score as it can be played now. */
export interface LiveScore {
  /** The last that was without errors. */
  readonly score: CompiledScore;
  /** What is wrong with what its file says now; `score` is older then. */
  readonly errors: readonly Diagnostic[];
}

/** What a reload did to a score. */
export interface ScoreChange {
  readonly id: string;
  readonly file: string;
  readonly is: "added" | "changed" | "same" | "broken" | "mended" | "removed";
  /** What is different in its plan; found out when it is asked for. */
  readonly changes: readonly Change[];
}

/** The scores that can be played, each by its last good plan. Pure. */
export class LiveScores {
  readonly #live = new Map<string, LiveScore>();
  /** The same module gives the same plan, in the same order. */
  readonly #prints = new WeakMap<object, string>();

  get all(): readonly LiveScore[] {
    return [...this.#live.values()];
  }

  get(id: string): LiveScore | undefined {
    return this.#live.get(id);
  }

  /**
   * Takes what compiling gave.
   * @param listed the files of definitions that there are
   * @param evaluated those of them that were evaluated again
   */
  take(
    compilation: Pick<Compilation, "scores" | "agents" | "configReached" | "diagnostics">,
    listed: ReadonlySet<string>,
    evaluated: ReadonlySet<string>,
  ): ScoreChange[] {
    const found: ScoreChange[] = [];
    const agents = new Set(compilation.agents.map(({ id }) => id));
    const hasErrors = compilation.diagnostics.some(({ severity }) => severity === "error");
    const now = new Map(compilation.scores.map((score) => [score.id, score]));
    for (const score of now.values()) {
      const before = this.#live.get(score.id);
      const errors = hasErrors ? errorsAbout(score, compilation) : [];
      if (errors.length > 0) {
        if (before) this.#live.set(score.id, { score: before.score, errors });
        if (evaluated.has(score.file) || before?.errors.length === 0)
          found.push({ id: score.id, file: score.file, is: "broken", changes: [] });
        continue;
      }
      if (before?.score === score && before.errors.length === 0) continue;
      this.#live.set(score.id, { score, errors: [] });
      found.push(this.#compare(before, score, agents));
    }
    for (const [id, { score, errors: before }] of this.#live) {
      if (now.has(id)) continue;
      const { file } = score;
      const isDefining = compilation.scores.some((one) => one.file === file);
      if (!listed.has(file) || isDefining) {
        this.#live.delete(id);
        found.push({ id, file, is: "removed", changes: [] });
        continue;
      }
      const all = compilation.diagnostics.filter(({ severity }) => severity === "error");
      const own = all.filter(({ at }) => !at || score.reached.includes(at.file));
      // It may be about a file that it has not imported before.
      const errors = own.length > 0 ? own : all;
      this.#live.set(id, { score, errors });
      if (evaluated.has(file) || before.length === 0) found.push({ id, file, is: "broken", changes: [] });
    }
    return found.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  #compare(before: LiveScore | undefined, score: CompiledScore, agents: ReadonlySet<string>): ScoreChange {
    const { id, file } = score;
    if (!before) return { id, file, is: "added", changes: [] };
    const isSame = this.print(before.score) === this.print(score);
    const is = before.errors.length > 0 ? "mended" : isSame ? "same" : "changed";
    if (isSame) return { id, file, is, changes: [] };
    let changes: readonly Change[] | undefined;
    const compare = () => (changes ??= comparePlans(before.score.plan, score.plan, { agents }));
    return {
      id,
      file,
      is,
      get changes() {
        return compare();
      },
    };
  }

  /** By which a plan is told from another. */
  print({ plan }: Pick<CompiledScore, "plan">): string {
    const print = this.#prints.get(plan) ?? JSON.stringify(plan);
    this.#prints.set(plan, print);
    return print;
  }
}
