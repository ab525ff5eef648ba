import type { Candidate, Production, Situation } from "../../plan/index.ts";
import type { Json } from "../../support/json.ts";
import type { PriceOptions } from "./prices.ts";

/** Where models come from, as the workspace's configuration says. Plain data but for the variables. */
export interface ModelSettings {
  readonly providers: Readonly<Record<string, ProviderSettings>>;
  /** Own names for models: `{ fast: "openai/gpt-5-mini" }`. */
  readonly aliases: Readonly<Record<string, string>>;
  /** What models have to have shown before runs of orchestras ask them. Absent: nothing. */
  readonly production?: Production | undefined;
  /** What models cost, as the configuration says. The store may know better. */
  readonly prices: PriceOptions;
  /** How agents' models are put in order, where nothing nearer says. Absent: as they are written. */
  readonly routing?: RoutingSettings | undefined;
  /** A variable of the environment, for keys. */
  readonly variable: (name: string) => string | undefined;
  /** The folder from which packages of providers are looked up. */
  readonly root: string;
  /** Called each time when many attempts are about to ask models at once: what they say takes memory. */
  readonly onMany?: (() => void) | undefined;
}

export interface RoutingSettings {
  /** The default. */
  readonly policy?: string;
  /** Asks a policy of the author's own, which may throw, never answer and give anything. Absent: there are none. */
  readonly order?: AskPolicy;
}

export type AskPolicy = (asked: {
  readonly policy: string;
  readonly candidates: readonly Candidate[];
  readonly situation: Situation;
}) => unknown;

export interface ProviderSettings {
  /** Its address, when it speaks OpenAI's protocol and needs no package. */
  readonly baseUrl?: string;
  /** Absent: `@ai-sdk/` and its name. */
  readonly package?: string;
  /** What the package's `create…` function is given besides the key. */
  readonly options?: Readonly<Record<string, Json>>;
  /** The variable that holds its key. */
  readonly apiKey?: string;
  /** Calls of it that may be under way at once; absent: 50. */
  readonly concurrency?: number;
  /** Within any 60 seconds; absent: any number. */
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
}

/** Nobody to ask. */
export const NO_MODELS: ModelSettings = {
  providers: {},
  aliases: {},
  prices: {},
  variable: () => undefined,
  root: ".",
};
