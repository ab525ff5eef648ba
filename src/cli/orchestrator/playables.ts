import { join } from "node:path";
import { MaestroError } from "../../diagnostics/index.ts";
import { type Playable, playableIn } from "../../engine/index.ts";
import type { House } from "../../house.ts";
import type { Revision } from "../../operations/choose-revision.ts";
import type { RunRow } from "../../store/store.ts";
import type { Io } from "../io.ts";
import { keepDeployment } from "../keep-deployment.ts";
import { type KeptDeployment, keepFile } from "../load-code.ts";
import { loadScore } from "../load-workspace.ts";

type Load = (deployment: KeptDeployment) => Promise<Playable>;

/** So many deployments are kept ready: those that were asked for last. */
const MOST_READY = 256;

/** The deployments that an orchestrator plays, each made ready once. */
export class Playables {
  readonly #io: Io;
  readonly #root: string;
  readonly #load: Load;
  readonly #ready = new Map<string, Promise<Playable>>();

  /** @param load makes one ready where its code does no harm to this process */
  constructor(io: Io, root: string, load: Load) {
    this.#io = io;
    this.#root = root;
    this.#load = load;
  }

  /**
   * The code that a run began with.
   * @throws MaestroError MR2007 when the store does not have it; as `load`
   */
  async of(
    { id, deployment, score }: Pick<RunRow, "id" | "deployment" | "score">,
    { store }: House,
  ): Promise<Playable> {
    const playable = await this.#once(deployment, async () => {
      const kept = await store.deployment(deployment);
      if (!kept?.code) throw new MaestroError("MR2007", { run: id, deployment });
      const codeFile = join(this.#root, ".maestro/cache/code", `${kept.hash}.mjs`);
      keepFile(codeFile, kept.code);
      return this.#load({ hash: kept.hash, plan: kept.plan, codeFile });
    });
    return playableIn(playable, score) ?? playable;
  }

  /**
   * A score of the workspace as it is now.
   * @throws MaestroError MR2070 when its code is not the one of `hash`; as `loadScore`
   */
  async live(score: string, hash: string, house: House): Promise<Revision> {
    const { deployment } = await loadScore(this.#io, score);
    if (deployment.hash !== hash) throw new MaestroError("MR2070", { score });
    const playable = await this.#once(hash, () => this.#load(deployment));
    return { playable, deploy: () => keepDeployment({ deployment, playable }, house) };
  }

  #once(hash: string, make: () => Promise<Playable>): Promise<Playable> {
    const making = this.#ready.get(hash) ?? make();
    // Asked for last, forgotten last; what could not be made is made anew.
    this.#ready.delete(hash);
    this.#ready.set(hash, making);
    making.catch(() => this.#ready.delete(hash));
    for (const old of this.#ready.keys()) {
      if (this.#ready.size <= MOST_READY) break;
      this.#ready.delete(old);
    }
    return making;
  }
}
