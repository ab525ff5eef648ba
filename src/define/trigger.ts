import type { AnySource } from "./secret-source.ts";

declare const TRIGGER: unique symbol;

/** What an orchestra is played on, besides its schedule. */
export interface Trigger {
  readonly [TRIGGER]: true;
}

export type RunStatusName = "completed" | "failed" | "cancelled";

/** A trigger as its author wrote it. */
export type TriggerRecord =
  | { readonly is: "webhook"; readonly secret: unknown; readonly into?: unknown }
  | {
      readonly is: "runOf";
      readonly orchestra: unknown;
      readonly status?: unknown;
      readonly into?: unknown;
    };

/** The mark by which triggers are known; shared between copies of this package. */
const MARK = Symbol.for("maestro.trigger");

/**
 * Plays the orchestra when somebody calls its address with a signature as Standard Webhooks has it.
 * @example
 * defineOrchestra({ …, on: webhook({ secret: env("SHOP_WEBHOOK"), into: "order" }) })
 * @see https://www.standardwebhooks.com
 */
export function webhook(options: {
  /** Where the key comes from that calls are signed with. */
  readonly secret: AnySource;
  /** The field of the input that the call's body becomes. Default: none, it is not read. */
  readonly into?: string;
}): Trigger {
  return toTrigger({ ...options, is: "webhook" });
}

/**
 * Plays the orchestra when a run of another one has ended.
 * @example
 * defineOrchestra({ …, on: runOf(nightlyImport, { status: "completed", into: "imported" }) })
 */
export function runOf(
  orchestra: { readonly id: string },
  options: {
    /** How it has ended. Default `"completed"`. */
    readonly status?: RunStatusName | readonly RunStatusName[];
    /** The field of the input that the run's output becomes. Default: none, it is not read. */
    readonly into?: string;
  } = {},
): Trigger {
  return toTrigger({ ...options, is: "runOf", orchestra });
}

/** What `value` was made of, or `undefined` when it is no trigger. */
export function triggerRecord(value: unknown): TriggerRecord | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as { [MARK]?: TriggerRecord })[MARK];
}

function toTrigger(record: TriggerRecord): Trigger {
  return Object.freeze({ [MARK]: record }) as unknown as Trigger;
}
