/** A model that may not be asked: why, in words, and the command that would mend it. */
export interface Refused {
  readonly model: string;
  readonly why: string;
  readonly mend: string;
}

/** What is said of models beside what their agent says of them, for one step. */
export interface ModelRules {
  /** Which models may be asked, in their order: of these, and of those that are asked besides. */
  admit(models: readonly string[]): {
    readonly models: readonly string[];
    readonly refused: readonly Refused[];
  };
}
