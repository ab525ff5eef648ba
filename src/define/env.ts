declare const ENV: unique symbol;

/** A variable of the environment in which the orchestra is played. */
export interface Env {
  readonly [ENV]: true;
}

/** The mark by which variables are known; shared between copies of this package. */
const MARK = Symbol.for("maestro.env");

/**
 * Names a variable of the environment. It is read when a step needs it, and never while a definition is loaded.
 * @example
 * defineOrchestra({ …, secrets: { CRM_KEY: env("CRM_KEY") } })
 */
export function env(name: string): Env {
  return Object.freeze({ [MARK]: name }) as unknown as Env;
}

/** The variable that `value` names, or `undefined` when it is no `env()`. */
export function envName(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const name = (value as { [MARK]?: unknown })[MARK];
  return typeof name === "string" ? name : undefined;
}
