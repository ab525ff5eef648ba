import { execFile } from "node:child_process";
import { MaestroError } from "../../diagnostics/index.ts";
import type { SecretSource } from "../../plan/index.ts";
import { readSecrets, type SecretsPlace } from "./secrets-file.ts";

/** A secret that was opened, or in words why it could not be. */
export type Opened = { readonly value: string } | { readonly problem: string };

/** What is shorter could not be taken out of a text again without taking out half of it. */
export const LEAST_LENGTH = 8;
const COMMAND_MS = 10_000;
const MOST_BYTES = 64 * 1024;

/** Opens secrets of one workspace; its encrypted file is opened once. */
export class SourceOpener {
  readonly #place: SecretsPlace;
  #file: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(place: SecretsPlace) {
    this.#place = place;
  }

  async open(source: SecretSource): Promise<Opened> {
    const found = await this.#find(source);
    if ("problem" in found) return found;
    if (found.value.length < LEAST_LENGTH)
      return { problem: `it is shorter than ${LEAST_LENGTH} characters` };
    return found;
  }

  async #find(source: SecretSource): Promise<Opened> {
    switch (source.is) {
      case "env": {
        const value = this.#place.env[source.name];
        if (value === undefined) return { problem: "it is not set" };
        return value === "" ? { problem: "it is empty" } : { value };
      }
      case "file":
        return this.#fromFile(source.key);
      case "command":
        return fromCommand(source.command, this.#place);
      default:
        return source satisfies never;
    }
  }

  async #fromFile(key: string): Promise<Opened> {
    try {
      this.#file ??= readSecrets(this.#place);
      const value = (await this.#file).get(key);
      return value === undefined ? { problem: "it is not in secrets.age" } : { value };
    } catch (error) {
      if (error instanceof MaestroError) return { problem: error.message.replace(/\.$/, "") };
      throw error;
    }
  }
}

/** Without a shell, in the workspace's folder. What it says on standard error may be the secret, so nobody sees it. */
function fromCommand(
  [program = "", ...args]: readonly string[],
  { root, env }: SecretsPlace,
): Promise<Opened> {
  return new Promise((resolve) => {
    const options = {
      cwd: root,
      env: env as NodeJS.ProcessEnv,
      timeout: COMMAND_MS,
      maxBuffer: MOST_BYTES,
      windowsHide: true,
    };
    const child = execFile(program, args, options, (error, stdout) => {
      if (!error) return resolve({ value: stdout.replace(/\r?\n$/, "") });
      const { code, killed } = error as NodeJS.ErrnoException & { readonly killed?: boolean };
      if (code === "ENOENT") return resolve({ problem: `there is no program ${JSON.stringify(program)}` });
      if (killed) return resolve({ problem: `${program} did not answer within ${COMMAND_MS / 1_000} s` });
      resolve({ problem: `${program} failed (${code ?? "it was ended"})` });
    });
    // A program that asks for a passphrase has nobody to ask.
    child.stdin?.end();
  });
}
