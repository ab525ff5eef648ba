import type { Score } from "../define/define-score.ts";
import type { Priority } from "./to-priority.ts";

/** How a run is begun. */
export interface RunOptions {
  /** Who comes first where not all can begin, or go on, at once. Default `"normal"`. */
  readonly priority?: Priority;
  /** `false`: plays every step, also those whose result is kept from another run. */
  readonly cache?: boolean;
  /** Outputs that are there already, by the names of the score's own nodes: those are not played. */
  readonly have?: Readonly<Record<string, unknown>>;
  /** Step by step: nothing is played before `Run.stepping` lets it. */
  readonly step?: boolean;
  /** Who begins it: a name, an address, in one line of 1 to 200 characters. */
  readonly by?: string;
  /** Models and revisions of agents that are dark for other runs, and are asked in this one: `["local/next", "writer@3f9a01c2d4e5"]`. */
  readonly flags?: readonly string[];
}

/** What a new run does otherwise than the earlier one. */
export interface RerunOptions extends Pick<RunOptions, "step"> {
  /** Names of nodes that are played again besides what failed. */
  readonly from?: readonly string[];
  /** Values by their place, `{ "read.title": "Snow", "input.max": 3 }`; a node alone is its whole output. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Who has set them. */
  readonly by?: string;
  /** Also of a run that has not ended: both go their own way. */
  readonly fork?: boolean;
  /** Another version of its score, one of those given to `openMaestro`. Default: the code it began with. */
  readonly score?: Score<never, unknown>;
}
