import { MaestroError } from "../../diagnostics/index.ts";
import { type OrchestraPlan, toSourceText } from "../../plan/index.ts";
import type { OrchestraStore } from "../../store/orchestra-store.ts";
import { parseStored } from "../../store/parse-stored.ts";
import { SourceOpener } from "./open-source.ts";
import type { SecretsPlace } from "./secrets-file.ts";

/** The secrets that orchestras bind, each for its own runs. Values are in this process's memory and nowhere else. */
export class OrchestraSecrets {
  readonly #place: SecretsPlace;
  readonly #opened = new Map<string, ReadonlyMap<string, string>>();

  constructor(place: SecretsPlace) {
    this.#place = place;
  }

  /**
   * Opens all that an orchestra binds, anew: what was changed meanwhile counts.
   * @throws MaestroError MR2067 with every one that is missing
   */
  async bind(id: string, orchestras: OrchestraStore): Promise<void> {
    const row = await orchestras.find(id);
    if (!row) return;
    const { secrets = {} } = parseStored(row.definition, `orchestra ${id}`) as OrchestraPlan;
    const opener = new SourceOpener(this.#place);
    const opened = new Map<string, string>();
    const missing: { secret: string; from: string; reason: string }[] = [];
    for (const [secret, source] of Object.entries(secrets)) {
      const found = await opener.open(source);
      if ("value" in found) opened.set(secret, found.value);
      else missing.push({ secret, from: toSourceText(source), reason: found.problem });
    }
    if (missing.length > 0) throw new MaestroError("MR2067", { orchestra: id, missing });
    this.#opened.set(id, opened);
  }

  /** Undefined when it is not bound. */
  get(id: string, secret: string): string | undefined {
    return this.#opened.get(id)?.get(secret);
  }
}
