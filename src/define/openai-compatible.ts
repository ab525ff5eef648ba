import type { Env } from "./env.ts";

declare const COMPATIBLE: unique symbol;

/** A provider that speaks OpenAI's protocol at an address of its own. */
export interface Compatible {
  readonly [COMPATIBLE]: true;
}

/** How much a provider is asked at most. More waits for its turn. */
export interface ProviderLimits {
  /** Calls under way at once. Default 50. */
  readonly concurrency?: number;
  /** Calls begun within any 60 seconds, tries of ours included. Default: any number. */
  readonly requestsPerMinute?: number;
  /** Tokens in and out of the calls of any 60 seconds. What one will need is estimated until it is known. */
  readonly tokensPerMinute?: number;
}

/** The provider as its author wrote it. */
export interface CompatibleRecord {
  readonly name?: unknown;
  readonly baseURL?: unknown;
  readonly [option: string]: unknown;
}

/** The mark by which these are known; shared between copies of this package. */
const MARK = Symbol.for("maestro.openaiCompatible");

/**
 * A provider that speaks OpenAI's protocol: Ollama, vLLM, LM Studio and many others. It needs no package.
 * @example
 * providers: { local: openaiCompatible({ name: "local", baseURL: "http://127.0.0.1:11434/v1" }) }
 */
export function openaiCompatible(
  options: ProviderLimits & {
    /** As in `providers`, where it stands before the `/` of a model. */
    readonly name?: string;
    readonly baseURL: string;
    readonly apiKey?: Env;
    /** The models it has, for checking names. Absent: any name is taken. */
    readonly models?: readonly string[];
  },
): Compatible {
  return Object.freeze({ ...options, [MARK]: true }) as unknown as Compatible;
}

/** What was given to `openaiCompatible()`, or `undefined` when that did not make `value`. */
export function compatibleRecord(value: unknown): CompatibleRecord | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as { [MARK]?: unknown })[MARK] === true ? (value as CompatibleRecord) : undefined;
}
