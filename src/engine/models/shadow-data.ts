import type { Agreement } from "./compare-outputs.ts";

/** What an attempt came to whose shadow is played. */
export type Present = {
  /** The model that gave the answer; `null` when there is none. */
  readonly model: string | null;
  readonly ms: number;
  /** `null` when nobody has said what it costs. */
  readonly microUsd: number | null;
} & ({ readonly output: unknown } | { readonly error: unknown });

/** What is kept of a comparison, besides where it was made. */
export interface ShadowData extends Partial<Agreement> {
  readonly present: Omit<Present, "output" | "error"> & { readonly isFailed: boolean };
  readonly shadow: {
    readonly ms: number;
    readonly calls: number;
    readonly tokens: number;
    readonly microUsd: number | null;
  };
  /** What a judge has said of what the shadow made: which, and from 0 to 1. */
  readonly judge?: { readonly gate: string; readonly by: string; readonly score: number };
  /** Why it made nothing that fits. */
  readonly problem?: string;
  /** What it made; absent where that is long. */
  readonly output?: unknown;
}
