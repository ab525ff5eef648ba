/** What a gate has said of a value that an agent made. `(runId, step, attempt, gate)` names it. */
export interface ModelScoreRow {
  readonly runId: string;
  /** Of the agent that made it, and its attempt. */
  readonly step: string;
  readonly attempt: number;
  /** The judge's step. */
  readonly gate: string;
  readonly agent: string;
  /** The model that gave the answer: `provider/model`. */
  readonly model: string;
  readonly at: number;
  /** From 0 to 1. */
  readonly score: number;
  /** It was enough for that gate. */
  readonly isPassed: boolean;
}

/** What is known of models before one of them is asked. */
export interface ModelHistory {
  /** Of the last calls of each, whoever made them. */
  readonly calls: readonly {
    readonly model: string;
    readonly failed: number;
    /** Of those that brought an answer, the shortest first. */
    readonly durationsMs: readonly number[];
  }[];
  /** Of the last values of one agent, by the model that made them. */
  readonly values: readonly {
    readonly model: string;
    readonly judged: number;
    readonly passed: number;
    /** The mean of their scores. */
    readonly quality: number;
  }[];
}
