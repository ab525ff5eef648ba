import type { Playable } from "../engine/index.ts";
import { outputCheckOf } from "../engine/index.ts";
import { HIDDEN, nodeAt, type Plan, type PlanNode } from "../plan/index.ts";
import { parseStored } from "../store/parse-stored.ts";
import type { StepRow } from "../store/store.ts";
import { toCanonicalJson } from "../support/json.ts";
import { writeJson } from "../support/write-json.ts";

/** What outputs of one deployment come to in another one. */
export interface KeptCheck {
  /** As they are taken over: where a schema has changed, with what the new one makes of them. */
  readonly taken: readonly StepRow[];
  /** One for each step that does not fit, in the order of the steps. */
  readonly misfits: readonly Misfit[];
}

export interface Misfit {
  readonly key: string;
  /** `gone`: no node reads it any more. `changed`: it would have to be made again. */
  readonly is: "gone" | "changed";
  readonly detail: string;
}

/**
 * Checks completed steps of a run against another deployment of its score. Rows of what is decided anew whenever a run
 * goes on (branches, maps, loops, artifacts) are left behind, unless a person has decided them.
 * @param before the plan that they were made by, when it is known
 */
export async function checkKept(
  rows: readonly StepRow[],
  { before, playable }: { readonly before: Plan | undefined; readonly playable: Playable },
): Promise<KeptCheck> {
  const taken: StepRow[] = [];
  const misfits: Misfit[] = [];
  for (const row of rows) {
    const checked = await checkOne(row, before, playable);
    if (checked === undefined) continue;
    if ("detail" in checked) misfits.push(checked);
    else taken.push(checked);
  }
  return { taken, misfits };
}

async function checkOne(
  row: StepRow,
  before: Plan | undefined,
  playable: Playable,
): Promise<StepRow | Misfit | undefined> {
  const { key } = row;
  // What the score checks by itself is checked again.
  if (key.startsWith(HIDDEN)) return undefined;
  const node = nodeAt(playable.plan, key);
  if (!node) return { key, is: "gone", detail: goneIn(playable.plan, before, key) };
  if (node.kind !== row.kind)
    return { key, is: "changed", detail: `its kind is ${node.kind} now, and was ${row.kind}` };
  const want = outputCheckOf(node, playable.plan, playable.code);
  if (!want) return node.kind === "wait" || isDecidedByHand(row) ? row : undefined;
  const value: unknown = parseStored(row.output ?? "null", `step "${row.key}" of run ${row.runId}`);
  if (node.kind === "score") return checkScore(row, value, playable.scores.get(node.score));
  const checked = (await want.check?.(value)) ?? { value };
  if ("problems" in checked) {
    const details = checked.problems.map(({ path, detail }) => `${path || "output"}: ${detail}`);
    return { key, is: "changed", detail: details.join("; ") };
  }
  const old = before && nodeAt(before, key);
  if (old && hasSchema(old, before, want.schema, playable)) return row;
  const written = writeJson(checked.value);
  if ("json" in written) return { ...row, output: written.json };
  return { key, is: "changed", detail: `its new schema gives what cannot be stored: ${written.found}` };
}

/** The same schema gave it: what that makes of its own output (a `transform`) is not made twice. */
function hasSchema(old: PlanNode, before: Plan, schema: unknown, { code }: Playable): boolean {
  // Only the schema is asked for: where the old code is, the new one's may stand in.
  const was = outputCheckOf(old, before, code)?.schema;
  return toCanonicalJson((was ?? null) as never) === toCanonicalJson((schema ?? null) as never);
}

/** A played score has no schema of its output: what its output is made of now has to be there. */
function checkScore(row: StepRow, value: unknown, played: Playable | undefined): StepRow | Misfit {
  const output = played?.plan.body.output;
  if (output?.is !== "object") return row;
  const has = (field: string) => typeof value === "object" && value !== null && Object.hasOwn(value, field);
  const missing = Object.keys(output.fields).filter(
    (field) => output.fields[field]!.is !== "optional" && !has(field),
  );
  if (missing.length === 0) return row;
  return { key: row.key, is: "changed", detail: `its score gives ${missing.join(", ")} now, and did not` };
}

function isDecidedByHand({ info }: StepRow): boolean {
  return info !== null && (JSON.parse(info) as { overridden?: unknown }).overridden === true;
}

function goneIn(after: Plan, before: Plan | undefined, key: string): string {
  const [name = ""] = key.split("/", 1);
  const names = Object.keys(after.body.nodes);
  if (names.includes(name)) return "nothing inside of it has that name any more";
  const fresh = names.filter((other) => !Object.hasOwn(before?.body.nodes ?? {}, other));
  return `the score has no such node any more${before && fresh.length > 0 ? ` (new: ${fresh.join(", ")})` : ""}`;
}
