import type { ProviderOptions } from "../define/define-config.ts";
import { envName } from "../define/env.ts";
import { type Compatible, compatibleRecord, type ProviderLimits } from "../define/openai-compatible.ts";
import type { ModelSettings, ProviderSettings } from "../players/models/model-settings.ts";
import { checkCounts } from "./check-counts.ts";

/**
 * Providers as a configuration has them, for whoever asks their models.
 * @throws TypeError when a limit is no count
 */
export function toProviders(
  providers: Readonly<Record<string, ProviderOptions | Compatible>>,
): ModelSettings["providers"] {
  return Object.fromEntries(
    Object.entries(providers).map(([name, given]) => [name, toSettings(name, given)]),
  );
}

function toSettings(name: string, given: ProviderOptions | Compatible): ProviderSettings {
  const compatible = compatibleRecord(given);
  const { package: own, options, apiKey, ...rest } = given as ProviderOptions;
  const limits = withoutAbsent(rest);
  checkCounts(`providers.${name}`, limits);
  const variable = apiKey === undefined ? undefined : envName(apiKey);
  return {
    ...(compatible ? { baseUrl: String(compatible.baseURL) } : {}),
    ...(own === undefined ? {} : { package: own }),
    ...(options === undefined ? {} : { options }),
    ...(variable === undefined ? {} : { apiKey: variable }),
    ...limits,
  };
}

function withoutAbsent({ concurrency, requestsPerMinute, tokensPerMinute }: ProviderLimits) {
  return {
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
    ...(tokensPerMinute === undefined ? {} : { tokensPerMinute }),
  };
}
