import type { Site } from "../../define/site.ts";
import type { Code, FactsOf } from "../../diagnostics/index.ts";
import type { Playable } from "../../engine/index.ts";
import { type Body, HIDDEN, type Path, type Plan } from "../../plan/index.ts";
import type { StepRow } from "../../store/store.ts";
import type { Migration } from "../plan-migration.ts";

/** Codes about one score and runs of it. */
export type RunCode = {
  [C in Code]: FactsOf<C> extends { readonly score: string; readonly runs: readonly string[] } ? C : never;
}[Code];

/** What a rule says of one run; what is the same for several is told once. */
export type RunFinding = {
  [C in RunCode]: {
    readonly code: C;
    readonly facts: Omit<FactsOf<C>, "score" | "runs">;
    /** Path of the node in the new plan, `drafts/letter`; absent: the score itself. */
    readonly node?: string;
    /** From the options of that, or of where its schema is, to what is meant. */
    readonly path?: Path;
    readonly others?: readonly {
      readonly sites: readonly Site[];
      readonly path?: Path;
      readonly label: string;
    }[];
  };
}[RunCode];

/** One run that has not ended, held against the score as the files have it now. */
export interface MovedRun {
  readonly before: Plan;
  readonly after: Pick<Playable, "hash" | "plan" | "graph">;
  readonly migration: Pick<Migration, "last" | "misfits" | "problems">;
  /** From the new key of a node to its old one. */
  readonly renames: ReadonlyMap<string, string>;
  /** Has the code of the node changed that stands under this key in both? */
  readonly isOtherCode: (node: string) => boolean;
  /** Who else begins runs of the score. */
  readonly callers: readonly { readonly sites: readonly Site[]; readonly label: string }[];
  readonly report: (finding: RunFinding) => void;
}

/** How far a run has come with a node of the score itself. `in`: it waits there, or some of it is done. */
export function stateOf(name: string, { last }: Pick<Migration, "last">): "ahead" | "in" | "done" {
  const own = last.find(({ key }) => key === name);
  if (own && own.status !== "running") return "done";
  return own || last.some(({ key }) => key.startsWith(`${name}/`)) ? "in" : "ahead";
}

/** The keys of the nodes that an author listed. */
export function keysOf({ nodes }: Body): string[] {
  return Object.keys(nodes).filter((key) => !key.startsWith(HIDDEN));
}

/** Of a step's key the path of its node: `drafts/3/letter` is a step of `drafts/letter`. */
export function toNodePath(key: StepRow["key"]): string {
  return key
    .split("/")
    .filter((part) => !/^\d+$/.test(part))
    .join("/");
}
