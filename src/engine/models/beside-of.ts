import type { ModelSettings, ProviderSettings } from "../../players/models/model-settings.ts";

/** Calls of one provider that shadows may have under way at once. */
const CONCURRENCY = 2;
/** Of what a provider allows in a minute, on top of what runs take: leave it that room. */
const SHARE = 0.1;

const settings = new WeakMap<ModelSettings, ModelSettings>();

/**
 * The same providers, asked by a way of their own: a shadow that fails breaks no circuit of the runs, waits in no queue of
 * theirs and takes no place of theirs.
 */
export function besideOf(models: ModelSettings): ModelSettings {
  const known = settings.get(models);
  if (known) return known;
  const providers = Object.entries(models.providers).map(([name, one]) => [name, narrowed(one)] as const);
  const made = { ...models, providers: Object.fromEntries(providers) };
  settings.set(models, made);
  return made;
}

function narrowed({
  requestsPerMinute,
  tokensPerMinute,
  concurrency,
  ...rest
}: ProviderSettings): ProviderSettings {
  const share = (most: number) => Math.max(1, Math.floor(most * SHARE));
  return {
    ...rest,
    concurrency: Math.min(CONCURRENCY, concurrency ?? CONCURRENCY),
    ...(requestsPerMinute === undefined ? {} : { requestsPerMinute: share(requestsPerMinute) }),
    ...(tokensPerMinute === undefined ? {} : { tokensPerMinute: share(tokensPerMinute) }),
  };
}
