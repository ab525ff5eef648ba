import type { Aspect, SideProblems, SubjectKind, Weight, WorkspaceDiff } from "../change.ts";
import { countWeights } from "../change.ts";

/** What `maestro diff --json` prints: a comparison, as data for other programs. */
interface JsonDiff {
  /** Goes up when a field is taken away or changes its meaning; new fields may come at any time. */
  readonly version: 1;
  readonly from: JsonSide;
  readonly to: JsonSide;
  /** How many changes there are of each weight. */
  readonly counts: Readonly<Record<Weight, number>>;
  /** What differs: scores, then agents, then orchestras, by id. Empty: no differences. */
  readonly subjects: readonly JsonSubject[];
  /** What is there at one side and does not load at the other, `side`. */
  readonly uncompared: readonly {
    readonly kind: SubjectKind;
    readonly id: string;
    readonly file: string;
    readonly side: "from" | "to";
  }[];
}

interface JsonSide {
  /** As it was asked for: `main`, or `the working tree`. */
  readonly label: string;
  /** Findings of severity error. Files are paths from the workspace's root; lines count from 1. */
  readonly errors: readonly {
    readonly code: string;
    readonly message: string;
    readonly file?: string;
    readonly line?: number;
  }[];
}

interface JsonSubject {
  readonly kind: SubjectKind;
  readonly id: string;
  readonly is: "added" | "removed" | "renamed" | "changed";
  /** Of a renamed one: its id before. */
  readonly was?: string;
  /** Path from the workspace's root. */
  readonly file: string;
  readonly changes: readonly JsonChange[];
}

interface JsonChange {
  /** `breaking`: callers, readers or runs under way may fail. `review`: it does something else. `safe`: it does the same. */
  readonly weight: Weight;
  readonly aspect: Aspect;
  /** The node's path, `drafts/letter`; absent when the change is about the whole definition. */
  readonly node?: string;
  /** Where in the node or the definition: `input.max`. */
  readonly path?: string;
  /** What happened, for people; empty when `from` and `to` say it. */
  readonly words: string;
  /** As authors write it, not shortened; absent when there was or is nothing. */
  readonly from?: string;
  readonly to?: string;
}

/** `diff` as data that `JSON.stringify` can write. Names field by field what it copies, so that nothing joins by accident. */
export function toDiffJson({ from, to, subjects, uncompared }: WorkspaceDiff): JsonDiff {
  return {
    version: 1,
    from: toJsonSide(from),
    to: toJsonSide(to),
    counts: countWeights(subjects),
    subjects: subjects.map(({ kind, id, is, was, file, changes }) => ({
      kind,
      id,
      is,
      ...(was === undefined ? {} : { was }),
      file,
      changes: changes.map(({ weight, aspect, node, path, words, from, to }) => ({
        weight,
        aspect,
        ...(node === undefined ? {} : { node }),
        ...(path === undefined ? {} : { path }),
        words,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
      })),
    })),
    uncompared: uncompared.map(({ kind, id, file, side }) => ({ kind, id, file, side })),
  };
}

function toJsonSide({ label, errors }: SideProblems): JsonSide {
  return {
    label,
    errors: errors.map(({ code, message, at }) => ({
      code,
      message,
      ...(at ? { file: at.file, line: at.line } : {}),
    })),
  };
}
