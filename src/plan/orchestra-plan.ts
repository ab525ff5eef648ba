import type { Json } from "../support/json.ts";

/**
 * What an orchestra's file says, as plain JSON: the desired state. What operators decided since then stands beside it,
 * field by field, and is never written into it.
 */
export interface OrchestraPlan {
  readonly id: string;
  /** What screens call it. Absent: its id. */
  readonly name?: string;
  /** What it is listed under: `Outreach`. */
  readonly tag?: string;
  readonly description?: string;
  /** Id of the score that it plays. */
  readonly score: string;
  /** Absent: it is played only when somebody or something else asks. */
  readonly schedule?: SchedulePlan;
  /** What else it is played on. */
  readonly on?: readonly TriggerPlan[];
  readonly input: Json;
  /** Where each secret comes from, by the name that steps call it. */
  readonly secrets?: Readonly<Record<string, SecretSource>>;
  readonly budget?: { readonly perRunMicroUsd?: number; readonly perDayMicroUsd?: number };
  /** How many of its runs may be under way at once. Absent: any number. */
  readonly concurrency?: number;
}

export interface SchedulePlan {
  /** Five fields: minute, hour, day of the month, month, day of the week. */
  readonly cron: string;
  /** IANA name. */
  readonly timezone: string;
  /** What happens when it is due while its last run is still under way. */
  readonly overlap: "skip" | "queue" | "replace" | "allow";
  /** What becomes of instants at which nobody was there. */
  readonly catchUp: "none" | "last" | { readonly all: { readonly max: number; readonly windowMs: number } };
  /** Each run begins up to this much later. */
  readonly jitterMs: number;
}

/**
 * `webhook`: a signed call from outside; `runOf`: a run of another orchestra that has ended like this. What comes with it
 * becomes the field `into` of the input, and is checked with it.
 */
export type TriggerPlan =
  | { readonly is: "webhook"; readonly secret: SecretSource; readonly into?: string }
  | {
      readonly is: "runOf";
      readonly orchestra: string;
      readonly status: readonly ("completed" | "failed" | "cancelled")[];
      readonly into?: string;
    };

/** Where a secret comes from. Never the secret itself. */
export type SecretSource =
  | { readonly is: "env"; readonly name: string }
  /** A key of the workspace's encrypted file. */
  | { readonly is: "file"; readonly key: string }
  /** What a program prints, without its last line end. */
  | { readonly is: "command"; readonly command: readonly string[] };

/** What a secret of the encrypted file can be called. */
export const SECRET_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
