import type { Play } from "../../engine/index.ts";
import { Orchestrator, type OrchestratorOptions } from "../../services/orchestrator/orchestrator.ts";

interface DevHostOptions extends Omit<OrchestratorOptions, "log"> {
  /** Each run that begins or goes on here, whoever has asked for it. */
  readonly onPlay: (play: Play) => void;
  /** A run could not go on. */
  readonly onStuck: (why: string) => void;
}

/** What others may ask of `maestro dev`: the same as of `maestro start`. */
export class DevHost extends Orchestrator {
  readonly #onPlay: (play: Play) => void;

  constructor({ onPlay, onStuck, ...options }: DevHostOptions) {
    const error = (event: string, facts: Readonly<Record<string, unknown>> = {}) =>
      onStuck(`${event}: ${[facts.run, facts.why].filter(Boolean).join(", ")}`);
    // What happens to runs is told by the runs themselves.
    super({ ...options, log: { info: () => {}, warn: () => {}, error } });
    this.#onPlay = onPlay;
  }

  override watch(play: Play): void {
    super.watch(play);
    this.#onPlay(play);
  }
}
