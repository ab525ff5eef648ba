import type { Outside } from "../../engine/index.ts";
import { planOfRow } from "../../operations/deploy-changes.ts";
import { Redactor } from "../../players/redactor.ts";

/** Takes the values of secrets out of lines; more of them become known as they are opened. */
export class Hiding {
  /** Names by value. */
  readonly #known = new Map<string, string>();
  #redactor = new Redactor([]);

  /** @param secrets by what stands in their place */
  add(secrets: Iterable<readonly [name: string, value: string]>): void {
    const before = this.#known.size;
    // By value: another one of the same name is hidden as well, and the one before may still be said.
    for (const [name, value] of secrets) if (value !== "") this.#known.set(value, name);
    if (this.#known.size > before)
      this.#redactor = new Redactor([...this.#known].map(([value, name]) => [name, value]));
  }

  text(line: string): string {
    return this.#redactor.text(line);
  }
}

/** As `outside`; what an orchestra binds is hidden from when it is opened. */
export function hideSecrets(outside: Outside, hiding: Hiding): Outside {
  return {
    ...outside,
    async bind(id, orchestras) {
      await outside.bind?.(id, orchestras);
      const row = await orchestras.find(id);
      const names = Object.keys((row && planOfRow(row).secrets) ?? {});
      hiding.add(names.map((name) => [name, outside.secret(name, id) ?? ""]));
    },
  };
}
