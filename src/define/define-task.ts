import type { TaskCall } from "./node.ts";
import type { TaskRecord } from "./record.ts";
import type { Frozen } from "./ref.ts";
import type { Schema } from "./schema.ts";
import { callSites } from "./site.ts";

declare const TASK: unique symbol;

/** A task that scores use through `task(definition, { input })`. `I` is what it may be given, `O` what it gives. */
export interface TaskDefinition<I, out O> {
  readonly [TASK]: (input: I) => O;
  readonly id: string;
}

/**
 * Ordinary, testable code with a schema for what goes in and one for what comes out.
 * @example
 * export const findLeads = defineTask({
 *   id: "find-leads",
 *   input: z.object({ profile: z.string() }),
 *   output: z.object({ leads: z.array(Lead) }),
 *   run: async ({ input, signal }) => ({ leads: await crm.search(input.profile, { signal }) }),
 * });
 */
export function defineTask<
  II,
  IO,
  OI,
  OO,
  const T extends Frozen<OI> | Promise<Frozen<OI>>,
  const S extends string = never,
>(definition: {
  /** Letters, digits, - and _; shown on screens. */
  readonly id: string;
  readonly input: Schema<IO, II>;
  readonly output: Schema<OO, OI>;
  /** Names of the secrets it is given. They are bound by the orchestra, and stored nowhere. */
  readonly secrets?: readonly S[];
  readonly run: (call: TaskCall<IO, S>) => T;
}): TaskDefinition<II, OO> {
  const record: TaskRecord = { kind: "task", ...definition, sites: callSites(defineTask) };
  return record as unknown as TaskDefinition<II, OO>;
}
