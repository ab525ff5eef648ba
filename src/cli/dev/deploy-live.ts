import { join } from "node:path";
import { bundleScore, type CompiledScore, isBundle } from "../../compile/index.ts";
import { MaestroError } from "../../diagnostics/index.ts";
import { toDeploymentHash } from "../../plan/index.ts";
import { type KeptDeployment, keepFile } from "../load-code.ts";

const CODE_FOLDER = ".maestro/cache/code";

/** The code of scores as it was when they were last good: kept before the next edit takes it away. */
export class LiveDeployments {
  readonly #root: string;
  readonly #kept = new WeakMap<CompiledScore, Promise<KeptDeployment>>();

  constructor(root: string) {
    this.#root = root;
  }

  /**
   * Bundles a score as it stands in its files, once.
   * @throws MaestroError MR2006 when its code cannot be bundled
   */
  of(score: CompiledScore): Promise<KeptDeployment> {
    const known = this.#kept.get(score);
    if (known) return known;
    const kept = this.#bundle(score);
    this.#kept.set(score, kept);
    // It may be another time.
    kept.catch(() => this.#kept.delete(score));
    return kept;
  }

  async #bundle({ id, file, plan }: CompiledScore): Promise<KeptDeployment> {
    const root = this.#root;
    const folder = join(root, CODE_FOLDER);
    const bundle = await bundleScore({ workspace: { root }, file, outDir: folder });
    if (!isBundle(bundle)) throw new MaestroError("MR2006", { score: id, errors: bundle.diagnostics.length });
    const hash = toDeploymentHash(plan, bundle.hashSource);
    const codeFile = join(folder, `${hash}.mjs`);
    keepFile(`${codeFile}.map`, bundle.sourceMap);
    keepFile(codeFile, bundle.code);
    return { hash, plan: JSON.stringify(plan), codeFile };
  }
}
