import type { ProviderOptions } from "../define/define-config.ts";
import { envName } from "../define/env.ts";
import type { ModelSettings } from "../players/models/model-settings.ts";

/** Providers as a configuration has them, for whoever asks their models. */
export function toProviders(
  providers: Readonly<Record<string, ProviderOptions>>,
): ModelSettings["providers"] {
  const toSettings = ({ baseUrl, apiKey }: ProviderOptions) => ({
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(apiKey === undefined ? {} : { apiKey: envName(apiKey)! }),
  });
  return Object.fromEntries(Object.entries(providers).map(([name, options]) => [name, toSettings(options)]));
}
