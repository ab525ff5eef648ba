import { toCanonicalJson } from "../../support/json.ts";
import type { Compilation, CompiledOrchestra, CompiledScore } from "../compilation.ts";
import type { Change, SubjectDiff, SubjectKind, Uncompared, WorkspaceDiff } from "./change.ts";
import { compareAgents } from "./compare-agents.ts";
import { compareOrchestras } from "./compare-orchestras.ts";
import { compareScores } from "./compare-scores.ts";
import type { Side } from "./compile-side.ts";
import { pairDefinitions } from "./pair-definitions.ts";

/**
 * Everything that differs between two states of a workspace.
 * @param only ids of scores; then also the orchestras that play them, and no agents
 */
export async function compareWorkspaces(
  from: Side,
  to: Side,
  only?: ReadonlySet<string>,
): Promise<WorkspaceDiff> {
  const comparison = new Comparison(from, to);
  const [before, after] = [pick(from.compilation, only), pick(to.compilation, only)];
  await comparison.compare("score", before.scores, after.scores, {
    printOf: ({ plan }) => toCanonicalJson([plan.input, plan.body]),
    changesOf: (old, now) => compareScores({ side: from, score: old }, { side: to, score: now }),
  });
  await comparison.compare("agent", before.agents, after.agents, {
    printOf: ({ id }) => id,
    changesOf: (old, now) => compareAgents({ side: from, agent: old }, { side: to, agent: now }),
  });
  await comparison.compare("orchestra", before.orchestras, after.orchestras, {
    printOf: ({ score, schedule, input }) => toCanonicalJson([score, schedule, input]),
    changesOf: async (old, now) => compareOrchestras(old, now),
  });
  return {
    from: { label: from.label, errors: from.errors },
    to: { label: to.label, errors: to.errors },
    subjects: comparison.subjects,
    uncompared: comparison.uncompared,
  };
}

function pick({ scores, agents, orchestras }: Compilation, only: ReadonlySet<string> | undefined) {
  if (!only) return { scores, agents, orchestras };
  const isAsked = ({ score }: CompiledOrchestra) => score !== undefined && only.has(score);
  return {
    scores: scores.filter(({ id }: CompiledScore) => only.has(id)),
    agents: [],
    orchestras: orchestras.filter(isAsked),
  };
}

interface Definition {
  readonly id: string;
  readonly file: string;
}

/** How definitions of one kind are compared. */
interface Way<T> {
  /** Equal for definitions that are the same but for their ids. */
  readonly printOf: (definition: T) => string;
  readonly changesOf: (before: T, after: T) => Promise<Change[]>;
}

/** Each may start processes. */
const AT_ONCE = 8;

class Comparison {
  readonly subjects: SubjectDiff[] = [];
  readonly uncompared: Uncompared[] = [];
  readonly #from: Side;
  readonly #to: Side;

  constructor(from: Side, to: Side) {
    this.#from = from;
    this.#to = to;
  }

  async compare<T extends Definition>(
    kind: SubjectKind,
    before: readonly T[],
    after: readonly T[],
    { printOf, changesOf }: Way<T>,
  ): Promise<void> {
    const found: SubjectDiff[] = [];
    const { kept, renamed, removed, added } = pairDefinitions(before, after, printOf);
    for (let i = 0; i < kept.length; i += AT_ONCE) {
      const some = kept.slice(i, i + AT_ONCE);
      const changes = await Promise.all(some.map(([old, now]) => changesOf(old, now)));
      for (const [j, [, { id, file }]] of some.entries())
        if (changes[j]!.length > 0) found.push({ kind, id, is: "changed", file, changes: changes[j]! });
    }
    for (const [old, now] of renamed)
      found.push({
        kind,
        id: now.id,
        is: "renamed",
        was: old.id,
        file: now.file,
        changes: [idChange(old.id, now.id), ...(await changesOf(old, now))],
      });
    for (const one of removed) {
      if (this.#isBroken(one, kind, this.#to, "to")) continue;
      const weight = kind === "score" ? "breaking" : "review";
      found.push({ kind, id: one.id, is: "removed", file: one.file, changes: [whole(weight, "removed")] });
    }
    for (const one of added) {
      if (this.#isBroken(one, kind, this.#from, "from")) continue;
      found.push({ kind, id: one.id, is: "added", file: one.file, changes: [whole("safe", "added")] });
    }
    this.subjects.push(...found.sort((a, b) => (a.id < b.id ? -1 : 1)));
  }

  /** Is it only missing at `side` because its file does not load there? */
  #isBroken({ id, file }: Definition, kind: SubjectKind, { broken }: Side, side: "from" | "to"): boolean {
    if (!broken.has(file)) return false;
    this.uncompared.push({ kind, id, file, side });
    return true;
  }
}

function idChange(from: string, to: string): Change {
  return { weight: "breaking", aspect: "definition", path: "id", words: "", from, to };
}

function whole(weight: Change["weight"], words: string): Change {
  return { weight, aspect: "definition", words };
}
