/** The most that may be spent on models, in US dollars. Whoever asks for more waits, and a person is asked. */
export interface Budget {
  /** One run, with those that it plays. */
  readonly perRunUsd?: number;
  /** All its runs of one day, in UTC. */
  readonly perDayUsd?: number;
}
