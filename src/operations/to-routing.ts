import type { RoutingOptions } from "../define/routing.ts";
import type { RoutingSettings } from "../players/models/model-settings.ts";

/** Routing as a configuration has it, with policies that are called where they are. */
export function toRouting({ policy, policies = {} }: RoutingOptions = {}): RoutingSettings {
  return {
    ...(policy === undefined ? {} : { policy }),
    order: ({ policy: name, candidates, situation }) => {
      if (!Object.hasOwn(policies, name)) throw new Error("there is no policy of that name");
      return policies[name]!(candidates, situation);
    },
  };
}
