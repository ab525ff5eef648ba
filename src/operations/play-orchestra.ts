import type { Engine, Play, Playable } from "../engine/index.ts";
import { effectiveOrchestra } from "../plan/index.ts";
import type { OrchestraRow } from "../store/orchestra-store.ts";
import { planOfRow } from "./deploy-changes.ts";
import { startRun } from "./start-run.ts";

export interface PlayingOrchestra {
  readonly row: OrchestraRow;
  /** The deployment that it names. */
  readonly playable: Playable;
  /** What the run is called. Default: a new id. */
  readonly run?: string | undefined;
  readonly by: string;
  /** Where it came from. */
  readonly origin: string;
}

/**
 * Begins a run of an orchestra because somebody says so, whether or not it is enabled. No instant of its schedule is
 * decided by that.
 * @throws MaestroError as `startRun`
 */
export function playOrchestra(
  engine: Engine,
  { row, playable, run: id, by, origin }: PlayingOrchestra,
): Promise<Play> {
  const { plan } = effectiveOrchestra(planOfRow(row), []);
  return startRun(engine, playable, plan.input, {
    id,
    of: { orchestra: row.id },
    by: { who: by, origin, action: "orchestras run-now", about: row.id },
  });
}
