import type { Diagnostic } from "../../diagnostics/index.ts";

/**
 * How closely a change has to be looked at. *breaking*: who calls the score, reads its output or has a run under way
 * may fail (an input that is required now, an output that is gone, a node's key or kind). *review*: it does something
 * else than before. *safe*: it does the same, with other limits or under another title.
 */
export type Weight = "breaking" | "review" | "safe";

/** What a change is about. */
export type Aspect =
  | "definition"
  | "node"
  | "edge"
  | "binding"
  | "guard"
  | "order"
  | "policy"
  | "schema"
  | "output"
  | "code"
  | "model"
  | "instructions"
  | "tool"
  | "secret"
  | "schedule"
  | "title";

/** One difference, in parts, so that each form can be printed from it. Texts are as authors write them. */
export interface Change {
  readonly weight: Weight;
  readonly aspect: Aspect;
  /** The node's path from the root, `drafts/letter`; absent when it is about the whole definition. */
  readonly node?: string;
  /** Where in the node or the definition: `input.max`, `timeout`, `output.leads[].name`. */
  readonly path?: string;
  /** What happened; empty when `from` and `to` say it. */
  readonly words: string;
  readonly from?: string;
  readonly to?: string;
}

export type SubjectKind = "score" | "agent" | "orchestra";

/** A score, an agent or an orchestra that differs. */
export interface SubjectDiff {
  readonly kind: SubjectKind;
  readonly id: string;
  readonly is: "added" | "removed" | "renamed" | "changed";
  /** Of a renamed one: its id before. */
  readonly was?: string;
  /** Path from the workspace's root, at the newer side where it is there. */
  readonly file: string;
  readonly changes: readonly Change[];
}

/** A definition that could not be compared, because its file does not load at `side`. */
export interface Uncompared {
  readonly kind: SubjectKind;
  readonly id: string;
  readonly file: string;
  readonly side: "from" | "to";
}

/** What is wrong at one side. */
export interface SideProblems {
  /** `HEAD`, `main`, `the working tree`. */
  readonly label: string;
  readonly errors: readonly Diagnostic[];
}

/** Everything that differs between two states of a workspace. */
export interface WorkspaceDiff {
  readonly from: SideProblems;
  readonly to: SideProblems;
  /** Scores, then agents, then orchestras; by id. */
  readonly subjects: readonly SubjectDiff[];
  readonly uncompared: readonly Uncompared[];
}

/** How many changes there are of each weight. */
export function countWeights(subjects: readonly SubjectDiff[]): Record<Weight, number> {
  const counts = { breaking: 0, review: 0, safe: 0 };
  for (const { weight } of subjects.flatMap(({ changes }) => changes)) counts[weight]++;
  return counts;
}
