/** How far a model is let into the traffic of agents, step by step. */
export const STAGES = ["off", "shadow", "dark", "live", "only"] as const;
export type Stage = (typeof STAGES)[number];

/** What somebody has decided about a model, or about a revision of an agent. */
export interface ModelFlag {
  /** `provider/model`, or `writer@3f9a01c2d4e5`. */
  readonly model: string;
  readonly stage: Stage;
  /** Ids of the agents it is about; `null`: those that name it. */
  readonly agents: readonly string[] | null;
  /** What its shadow may cost in a day, in UTC. */
  readonly perDayMicroUsd: number;
  readonly who: string;
  readonly why: string | null;
  readonly at: number;
  /** Of a revision: a deployment that has it. */
  readonly deployment: string | null;
}

export function isStage(value: unknown): value is Stage {
  return (STAGES as readonly unknown[]).includes(value);
}

/** The stage that comes after one; of a model without a flag the first is `off`. */
export function stageAfter(stage: Stage | undefined): Stage {
  return STAGES[Math.min(STAGES.indexOf(stage ?? "off") + 1, STAGES.length - 1)]!;
}

/** Going back is one step from anywhere; going on is one at a time. */
export function isSkipping(from: Stage | undefined, to: Stage): boolean {
  return STAGES.indexOf(to) > STAGES.indexOf(stageAfter(from));
}
