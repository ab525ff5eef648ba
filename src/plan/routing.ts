/** The policies that are there. `declared`: as the author wrote them. */
export const POLICIES = ["quality", "balanced", "economy", "declared"] as const;
export type PolicyName = (typeof POLICIES)[number];

export function isBuiltIn(policy: string): policy is PolicyName {
  return (POLICIES as readonly string[]).includes(policy);
}

/** A model that may be asked, and what is known of it. */
export interface Candidate {
  /** `provider/model`. */
  readonly model: string;
  /** Its place as the author wrote it, from 0: of `tiers` the higher is the stronger, else the lower is preferred. */
  readonly tier: number;
  /** In US dollars for a million tokens; absent when nobody has said it. */
  readonly price?: { readonly input: number; readonly output: number };
  /** Of its last calls, whoever made them: how many there are, how many brought no answer, and how long they took. */
  readonly calls: number;
  readonly failed: number;
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  /** Of the last values of this agent that it made and a gate judged: how many, how many passed, and their mean score. */
  readonly judged: number;
  readonly passed: number;
  readonly quality?: number;
  /** Its provider's calls that are under way, and that wait for their turn. */
  readonly underWay: number;
  readonly waiting: number;
  /** Why it is of no use for this step, in words: it is asked last. */
  readonly problem?: string;
}

/** What a decision is made for. */
export interface Situation {
  readonly agent: string;
  /** Of the step, from 1. */
  readonly attempt: number;
  /** Attempts at this value that failed. */
  readonly failures: number;
  /** Which of an artifact's values is made, from 1, and how often a gate has asked for a better one. */
  readonly round: number;
  readonly escalation: number;
  /** What a gate said of the value before. */
  readonly refused?: {
    readonly artifact?: string;
    readonly by: string;
    readonly score: number;
    readonly min: number;
    readonly why?: string;
  };
  /** Of `tiers`: the least that is to be asked, and why. */
  readonly from?: { readonly tier: number; readonly why: string };
  /** What the step may spend, in micro-USD. */
  readonly budgetMicroUsd?: number;
}

/** One candidate as it was weighed. */
export interface Weighed {
  readonly model: string;
  /** Two decimals; `null` where nothing was added up. */
  readonly score: number | null;
  readonly why: string;
}

/** In which order models are asked for one attempt, and why: as it is kept with the step. */
export interface Route {
  readonly policy: string;
  /** The others when the one before cannot be had. */
  readonly models: readonly string[];
  readonly weighed: readonly Weighed[];
  /** Those that were not to be asked, and why. */
  readonly refused?: readonly { readonly model: string; readonly why: string }[];
  readonly because: {
    readonly state: string;
    readonly quality: string;
    readonly dependencies: string;
    readonly resources: string;
    readonly budget: string;
  };
  readonly round: number;
  readonly escalation: number;
  readonly failures: number;
  /** The model that gave the answer. */
  readonly answered?: string;
}
