import type { SecretSource } from "../../plan/index.ts";
import { SourceOpener } from "../../services/secrets/open-source.ts";
import type { Io } from "../io.ts";
import type { Settings } from "../load-workspace.ts";

/** Why a secret could not be opened here, if it could not. Its value goes nowhere. */
export function whyNoSecret({ env }: Io, { root }: Settings) {
  const opener = new SourceOpener({ root, env });
  return async (source: SecretSource): Promise<string | undefined> => {
    const opened = await opener.open(source);
    return "problem" in opened ? opened.problem : undefined;
  };
}
