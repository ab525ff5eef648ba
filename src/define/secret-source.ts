import type { SecretSource } from "../plan/index.ts";
import { type Env, envName } from "./env.ts";

declare const SOURCE: unique symbol;

/** Where a secret comes from, other than a variable. */
export interface Source {
  readonly [SOURCE]: true;
}

/** The mark by which sources are known; shared between copies of this package. */
const MARK = Symbol.for("maestro.secret-source");

/**
 * Names a secret of the workspace's encrypted file, which `maestro secrets set` writes.
 * @example
 * defineOrchestra({ …, secrets: { CRM_KEY: encrypted("CRM_KEY") } })
 */
export function encrypted(key: string): Source {
  return Object.freeze({ [MARK]: { is: "file", key } }) as unknown as Source;
}

/**
 * A program that prints the secret. It is started when a run needs it, without a shell, and never while a definition is
 * loaded.
 * @example
 * defineOrchestra({ …, secrets: { CRM_KEY: fromCommand(["op", "read", "op://team/crm/key"]) } })
 */
export function fromCommand(command: readonly [program: string, ...args: string[]]): Source {
  return Object.freeze({ [MARK]: { is: "command", command } }) as unknown as Source;
}

/** What `value` names, or `undefined` when it is neither an `env()` nor one of these. Its parts are not looked at. */
export function sourceOf(value: unknown): SecretSource | undefined {
  const name = envName(value);
  if (name !== undefined) return { is: "env", name };
  if (typeof value !== "object" || value === null) return undefined;
  return (value as { [MARK]?: SecretSource })[MARK];
}

export type AnySource = Env | Source;
