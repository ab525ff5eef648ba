import { MaestroError } from "../../diagnostics/index.ts";
import { agentOfRevision } from "../../plan/index.ts";
import { nearest } from "../../support/nearest.ts";
import type { Settings } from "../load-workspace.ts";
import type { KnownModels } from "./known-models.ts";

/**
 * The model that is meant: `provider/model`, or what the configuration calls it. One that nobody names yet will do, when
 * its provider is known and does not list what it has. Revisions of agents are taken as they are.
 * @throws MaestroError MR2029
 */
export function modelNamed(
  name: string,
  { models: known, listed }: KnownModels,
  { models, providers }: Pick<Settings, "models" | "providers">,
): string {
  // Revisions of agents are known to the store alone.
  if (agentOfRevision(name) !== undefined) return name;
  const model = Object.hasOwn(models, name) ? models[name]! : name;
  if (known.some((one) => one.model === model)) return model;
  const all = [...known.map((one) => one.model), ...Object.keys(models)];
  const provider = model.slice(0, Math.max(0, model.indexOf("/")));
  const names = Object.keys(providers);
  const refuse = (why: string, guess = nearest(name, all)) =>
    new MaestroError("MR2029", { name, why, guess, known: all });
  if (names.length === 0) throw refuse("the configuration names no providers");
  if (provider === "" || model.endsWith("/"))
    throw refuse('it is neither "provider/model" nor a name in the configuration\'s `models`');
  if (!names.includes(provider)) {
    const guess = nearest(provider, names);
    throw refuse(
      `the configuration has no provider "${provider}"`,
      nearest(name, all) ?? (guess === undefined ? undefined : `${guess}${model.slice(provider.length)}`),
    );
  }
  if (listed.includes(provider)) throw refuse(`provider "${provider}" does not list it among its models`);
  return model;
}
