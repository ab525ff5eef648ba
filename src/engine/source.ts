import type { RunSource } from "../players/understudies/open-understudy.ts";
import type { Understudy } from "../players/understudies/understudy.ts";
import { parseStored } from "../store/parse-stored.ts";
import type { RunRow } from "../store/store.ts";
import type { Outside } from "./outside.ts";

export type { RunSource };

/** What answers a run, and those that it plays, in place of models, tools, requests and programs. */
export class Source {
  readonly is: RunSource["is"];
  /** As it is kept with the run. */
  readonly json: string;
  readonly #of: RunSource;
  readonly #outside: Outside;
  #opened: Promise<Understudy> | undefined;

  constructor(of: RunSource, outside: Outside) {
    this.is = of.is;
    this.json = JSON.stringify(of);
    this.#of = of;
    this.#outside = outside;
  }

  /** Of a run in the store: it goes on with what it began with. */
  static ofRow({ id, source }: RunRow, outside: Outside): Source | undefined {
    return source === null ? undefined : new Source(parseStored(source, `run ${id}`) as RunSource, outside);
  }

  /** @throws MaestroError MR3087 when there is none any more */
  open(): Promise<Understudy> {
    this.#opened ??= this.#open();
    return this.#opened;
  }

  async #open(): Promise<Understudy> {
    const { openUnderstudy } = await import("../players/understudies/open-understudy.ts");
    return openUnderstudy(this.#of, this.#outside);
  }
}
