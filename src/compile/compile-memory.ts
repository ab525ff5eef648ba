import { isDeepStrictEqual } from "node:util";
import type { Code } from "../diagnostics/index.ts";
import type { LoadedFile } from "./child/protocol.ts";
import type { CompiledConfig, CompiledScore } from "./compilation.ts";
import { FindingMemory } from "./finding-memory.ts";
import { RuleMemory } from "./rules/index.ts";

/** What `toPlan` says of an expression, a condition or a node that it had to leave out of a plan. */
const UNREAD: ReadonlySet<Code> = new Set<Code>(["MS1104", "MS1105", "MS2001", "MS2002", "MS2107", "MS3001"]);

/** What compiling again need not find out again. A `LoadedFile` that is the same object is the same file. */
export class CompileMemory {
  readonly findings = new FindingMemory();
  readonly rules = new RuleMemory();
  readonly #defined = new WeakMap<LoadedFile, object>();
  readonly #begun = new WeakMap<LoadedFile, object>();
  /** The configuration as it was last, and with the prices of its file. */
  #written: CompiledConfig | undefined;
  #config: CompiledConfig | undefined;

  /**
   * Looks at a score while others are still being evaluated, with the configuration as it is known. What turns out to
   * be another one when all are there is looked at again.
   */
  prepare(one: LoadedFile): CompiledScore | undefined {
    const { file, definition } = one;
    if (definition?.is === "config") this.#take(this.definitionOf(one, (own) => own as CompiledConfig));
    if (definition?.is !== "score") return undefined;
    const { is: _, ...rest } = definition;
    // What it reaches is known when all imports are.
    const score: CompiledScore = { file, ...rest, reached: [] };
    this.#begun.set(one, score);
    this.rules.prepare(score, { config: this.#config, isConfigRead: true, isRead: isRead(one) });
    return score;
  }

  #take(config: CompiledConfig | undefined): void {
    [this.#written, this.#config] = [config, config];
  }

  /** The definition in `one`, made whole once. */
  definitionOf<T extends object>(one: LoadedFile, complete: (own: object) => T): T | undefined {
    const { file, definition } = one;
    if (!definition) return undefined;
    const known = this.#defined.get(one) as T | undefined;
    if (known) return known;
    const { is: _, ...rest } = definition;
    const own = complete(this.#begun.get(one) ?? { file, ...rest });
    this.#defined.set(one, own);
    return own;
  }

  /** The configuration with its prices: the same one as long as both are the same. */
  priced(written: CompiledConfig | undefined, read: CompiledConfig | undefined): CompiledConfig | undefined {
    const isSame = isDeepStrictEqual(this.#config?.prices, read?.prices);
    if (written !== this.#written || !isSame) [this.#written, this.#config] = [written, read];
    return this.#config;
  }
}

/** Was `toPlan` able to read everything of it? */
export function isRead({ findings }: LoadedFile): boolean {
  return !findings.some(({ code }) => UNREAD.has(code));
}
