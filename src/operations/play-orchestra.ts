import type { Engine, Play, Playable } from "../engine/index.ts";
import { effectiveOrchestra, toHash } from "../plan/index.ts";
import type { OrchestraRow } from "../store/orchestra-store.ts";
import type { Store } from "../store/store.ts";
import { newId } from "../support/ids.ts";
import { toCanonicalJson } from "../support/json.ts";
import { planOfRow } from "./deploy-changes.ts";
import { checkedInput, startRun } from "./start-run.ts";

export interface PlayingOrchestra {
  readonly row: OrchestraRow;
  /** The deployment that it names. */
  readonly playable: Playable;
  readonly by: string;
  /** Where it came from. */
  readonly origin: string;
}

/**
 * Begins a run of an orchestra because somebody says so, whether or not it is enabled. No instant of its schedule is
 * decided by that.
 * @throws MaestroError as `startRun`
 */
export async function playOrchestra(
  { engine, store, now }: { readonly engine: Engine; readonly store: Store; readonly now: () => number },
  { row, playable, by, origin }: PlayingOrchestra,
): Promise<Play> {
  const { plan } = effectiveOrchestra(planOfRow(row), []);
  const id = newId("run");
  await checkedInput(playable, plan.input);
  const payload = toHash(toCanonicalJson([row.id, id, plan.input]));
  const audit = { at: now(), who: by, origin, action: "orchestras run-now", payload };
  await Promise.all([row.id, id].map((about) => store.orchestras.audit({ ...audit, about })));
  // Last: whoever follows the run hears it from its beginning.
  return startRun(engine, playable, plan.input, { id, of: { orchestra: row.id } });
}
