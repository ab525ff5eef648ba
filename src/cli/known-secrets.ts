import type { Io } from "./io.ts";
import type { Settings } from "./load-workspace.ts";

/** Secrets by name, as far as this process has them: what must not stand in what it writes. */
export function knownSecrets({ env }: Io, { providers }: Settings): ReadonlyMap<string, string> {
  const names = Object.values(providers).flatMap(({ apiKey }) => apiKey ?? []);
  return new Map(names.flatMap((name) => (env[name] ? [[name, env[name]] as const] : [])));
}
