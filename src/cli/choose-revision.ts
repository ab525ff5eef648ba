import { MaestroError } from "../diagnostics/index.ts";
import type { Playable } from "../engine/index.ts";
import type { House } from "../house.ts";
import { playableIn } from "../operations/make-playable.ts";
import type { RunRow } from "../store/store.ts";
import type { Io } from "./io.ts";
import { keepDeployment } from "./keep-deployment.ts";
import { loadPlayable } from "./load-code.ts";
import { loadScore } from "./load-workspace.ts";
import { playableOf } from "./playable-of.ts";
import type { Stage } from "./stage.ts";

/** A deployment of a run's score, loaded. */
interface Revision {
  readonly playable: Playable;
  /** Puts it into the store when it is not there yet. */
  readonly deploy: () => Promise<void>;
}

interface Choosing {
  readonly io: Io;
  readonly house: House;
  readonly root: string;
  readonly stage: Stage;
}

/**
 * The deployment that `revision` names for a run: `run`, the one it was begun with; `live`, its score as the workspace has
 * it now; or the beginning of a stored one's hash.
 * @throws MaestroError MR2021 when there is none of that name, or several
 */
export async function chooseRevision(
  row: RunRow,
  revision: string,
  { io, house, root, stage: { load } }: Choosing,
): Promise<Revision> {
  const { store } = house;
  const isThere = async () => {};
  if (revision === "run") return { playable: await playableOf(row, house, root, load), deploy: isThere };
  if (revision === "live") {
    const { deployment, playable } = await loadPlayable(io, await loadScore(io, row.score), load);
    return { playable, deploy: () => keepDeployment(deployment, house) };
  }
  const found = await store.findDeployments(revision);
  const whole = found.find(({ hash }) => hash === revision) ?? (found.length === 1 ? found[0] : undefined);
  const unknown = new MaestroError("MR2021", {
    revision,
    score: row.score,
    matches: found.map(({ hash, score }) => `${hash.slice(0, 12)} of ${score}`),
  });
  if (!whole) throw unknown;
  const playable = await playableOf(
    { ...row, deployment: whole.hash, score: whole.score },
    house,
    root,
    load,
  );
  const own = playableIn(playable, row.score);
  if (!own) throw unknown;
  return { playable: own, deploy: isThere };
}
