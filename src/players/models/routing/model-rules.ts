/** Why a model may not be asked, in words, and the command that would mend it. */
export interface Bar {
  readonly why: string;
  readonly mend: string;
}

/** What is said of models beside what their agent says of them, for one step. */
export interface ModelRules {
  /** `undefined` of one that may be asked. */
  barOf(model: string): Bar | undefined;
}
