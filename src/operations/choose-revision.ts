import { MaestroError } from "../diagnostics/index.ts";
import { type Playable, playableIn } from "../engine/index.ts";
import type { RunRow, Store } from "../store/store.ts";

/** A deployment of a run's score, loaded. */
export interface Revision {
  readonly playable: Playable;
  /** Puts it into the store when it is not there yet. */
  readonly deploy: () => Promise<void>;
}

/**
 * Which deployment of a run's score is meant: `run`, the one it was begun with; `live`, its score as the workspace has it
 * now; or the stored one whose hash begins so.
 */
export type NamedRevision =
  | { readonly is: "run" }
  | { readonly is: "live" }
  | { readonly is: "stored"; readonly hash: string };

/** Where deployments come from. */
interface Sources {
  readonly store: Pick<Store, "findDeployments">;
  readonly playableOf: (row: RunRow) => Promise<Playable>;
  readonly live: (score: string) => Promise<Revision>;
}

/**
 * The deployment that is meant, made ready.
 * @throws MaestroError MR2021 when there is none of that name, or several; as `playableOf` and `live`
 */
export async function chooseRevision(
  row: RunRow,
  named: NamedRevision,
  { store, playableOf, live }: Sources,
): Promise<Revision> {
  const isThere = async () => {};
  if (named.is === "run") return { playable: await playableOf(row), deploy: isThere };
  if (named.is === "live") return live(row.score);
  const { hash: revision } = named;
  const found = await store.findDeployments(revision);
  const whole = found.find(({ hash }) => hash === revision) ?? (found.length === 1 ? found[0] : undefined);
  const unknown = new MaestroError("MR2021", {
    revision,
    score: row.score,
    matches: found.map(({ hash, score }) => `${hash.slice(0, 12)} of ${score}`),
  });
  if (!whole) throw unknown;
  const playable = await playableOf({ ...row, deployment: whole.hash, score: whole.score });
  const own = playableIn(playable, row.score);
  if (!own) throw unknown;
  return { playable: own, deploy: isThere };
}
