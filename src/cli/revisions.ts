import type { Playable } from "../engine/index.ts";
import type { House } from "../house.ts";
import { chooseRevision, type NamedRevision, type Revision } from "../operations/choose-revision.ts";
import type { SaidRevision } from "../services/control-request.ts";
import type { RunRow } from "../store/store.ts";
import type { Ask } from "./at-store.ts";
import type { Io } from "./io.ts";
import { keepDeployment } from "./keep-deployment.ts";
import { loadPlayable } from "./load-code.ts";
import { loadScore } from "./load-workspace.ts";
import { playableOf } from "./playable-of.ts";
import type { Stage } from "./stage.ts";

interface Choosing {
  readonly io: Io;
  readonly root: string;
  readonly stage: Stage;
}

/** What `--rev` and `--to` name: `run`, `live`, or the beginning of a stored deployment's hash. */
export class Revisions {
  readonly #named: NamedRevision;
  readonly #choosing: Choosing;
  /** The workspace's code, once it is loaded. */
  live: Playable | undefined;

  constructor(text: string, choosing: Choosing) {
    this.#named = text === "run" || text === "live" ? { is: text } : { is: "stored", hash: text };
    this.#choosing = choosing;
  }

  /**
   * As this process loads it, which owns the store.
   * @throws MaestroError as `chooseRevision`
   */
  of(row: RunRow, house: House): Promise<Revision> {
    const { root, stage } = this.#choosing;
    return chooseRevision(row, this.#named, {
      store: house.store,
      playableOf: (other) => playableOf(other, house, root, stage.load),
      live: async (score) => {
        const { deployment, playable } = await this.#load(score);
        return { playable, deploy: () => keepDeployment({ deployment, playable }, house) };
      },
    });
  }

  /**
   * As the owner of the store is told. The workspace's code is compiled and loaded here first: what is wrong with it is
   * said as always. Undefined when the owner is gone.
   */
  async said(run: string, ask: Ask): Promise<SaidRevision | undefined> {
    if (this.#named.is !== "live") return this.#named;
    const found = await ask({ op: "find", run });
    if (!found) return undefined;
    const { deployment } = await this.#load(found.result.score);
    return { is: "live", hash: deployment.hash };
  }

  async #load(score: string): ReturnType<typeof loadPlayable> {
    const { io, stage } = this.#choosing;
    const loaded = await loadPlayable(io, await loadScore(io, score), stage.load);
    this.live = loaded.playable;
    return loaded;
  }
}
