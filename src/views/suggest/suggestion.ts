/** Something that the source could say better, by what runs have shown. */
export interface Suggestion {
  readonly rule:
    | "timeout-too-short"
    | "timeout-too-long"
    | "retried-in-vain"
    | "always-retried"
    | "one-way"
    | "map-waits"
    | "cheaper-model"
    | "longer-than-interval";
  readonly about:
    | { readonly score: string; readonly path: string }
    | { readonly orchestra: string }
    | { readonly agent: string };
  /** One sentence, with its figures. */
  readonly says: string;
  /** From how many runs, steps or values that was seen. */
  readonly n: number;
  /** The option that it is about, on the way to it. */
  readonly option: readonly string[];
  /** What stands there now, and what to write; absent where only its author can know. */
  readonly change?: { readonly from: string; readonly to: string };
}
