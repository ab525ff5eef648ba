import type { SecretSource } from "../../plan/index.ts";
import type { Io } from "../io.ts";
import type { Settings } from "../load-workspace.ts";

const LEAST_LENGTH = 8;

/** Why a secret could not be opened here, if it could not. Its value goes nowhere. */
export function whyNoSecret({ env }: Io, _settings: Settings) {
  return async (source: SecretSource): Promise<string | undefined> => {
    const value = source.is === "env" ? env[source.name] : undefined;
    if (source.is !== "env") return "it cannot be opened yet";
    if (value === undefined) return "it is not set";
    if (value === "") return "it is empty";
    return value.length < LEAST_LENGTH ? `it is shorter than ${LEAST_LENGTH} characters` : undefined;
  };
}
