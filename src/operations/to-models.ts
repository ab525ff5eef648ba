import type { ModelPrice, Provider } from "../define/define-config.ts";
import type { RoutingOptions } from "../define/routing.ts";
import type { ModelSettings } from "../players/models/model-settings.ts";
import { checkedPrices } from "./check-money.ts";
import { toProviders } from "./to-providers.ts";
import { toRouting } from "./to-routing.ts";

/**
 * Where a program's models come from.
 * @throws TypeError for what is no price
 */
export function toModels(
  {
    providers = {},
    models = {},
    prices,
    routing,
  }: {
    readonly providers?: Readonly<Record<string, Provider>>;
    readonly models?: Readonly<Record<string, string>>;
    readonly prices?: Readonly<Record<string, ModelPrice | readonly ModelPrice[]>>;
    readonly routing?: RoutingOptions;
  },
  from: Pick<ModelSettings, "variable" | "root">,
): ModelSettings {
  return {
    providers: toProviders(providers),
    aliases: models,
    prices: checkedPrices(prices),
    routing: toRouting(routing),
    ...from,
  };
}
