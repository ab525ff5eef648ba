import type { NewAudit } from "../store/orchestra-store.ts";
import type { Beginning } from "./core/state.ts";
import type { RunSource } from "./source.ts";

/** How a run is played. */
export interface HowToPlay {
  /** What is to be played waits until `Play.stepping` lets it go on. */
  readonly isStepped?: boolean | undefined;
}

/** How a run is gone on with. */
export interface GoingOn extends HowToPlay, Pick<Beginning, "redo"> {
  /** Writes the run: nobody else can do anything to it between that and its being played. */
  readonly write?: (() => Promise<void>) | undefined;
}

/** How a run is begun. */
export interface Beginnings extends HowToPlay {
  /** Its id, of somebody who may have to ask twice. Default: a new one. */
  readonly id?: string | undefined;
  /** −100 to 100: who comes first where not all can begin, or go on, at once. Default 0. */
  readonly priority?: number | undefined;
  /** Takes no result of another run: every step is played. */
  readonly isFresh?: boolean | undefined;
  /** What answers in place of models, tools, requests and programs. Default: they are asked. */
  readonly source?: RunSource | undefined;
  /** Outputs of the score's own nodes, by name, checked: those are not played. */
  readonly given?: ReadonlyMap<string, unknown> | undefined;
  readonly of?: OfOrchestra | undefined;
  /** Models, and revisions of agents, that it uses though they are dark for all others. */
  readonly flags?: readonly string[] | undefined;
  /** Who begins it, and from where: written with the run. Default: nobody is. */
  readonly audit?: readonly Omit<NewAudit, "at">[] | undefined;
}

/** The orchestra that a run is of. */
export interface OfOrchestra {
  readonly orchestra: string;
  /**
   * The instant of its schedule that the run is for. That it fired is written with the run, and that every instant up to
   * this one is decided.
   */
  readonly dueAt?: number | undefined;
  /** The call of a webhook that it is for, by what its sender calls it. That it fired is written with the run. */
  readonly webhookId?: string | undefined;
}
