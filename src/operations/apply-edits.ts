import { isDeepStrictEqual } from "node:util";
import { MaestroError } from "../diagnostics/index.ts";
import type { Playable } from "../engine/index.ts";
import { outputCheckOf } from "../engine/index.ts";
import { type JsonSchema, type PlanNode, schemaAt } from "../plan/index.ts";
import { parseStored } from "../store/parse-stored.ts";
import type { RunRow, StepRow } from "../store/store.ts";
import { nearest } from "../support/nearest.ts";
import { lastAttempts } from "./last-attempts.ts";
import { checkedInput } from "./start-run.ts";
import { toStoredOutput } from "./to-stored-output.ts";
import { readsInput } from "./what-is-kept.ts";

/** One value put in place of another: of a node's output, or of a part of it. */
export interface Edit {
  /** Name of one of the score's own nodes; `input` for the run's input, unless a node is called that: then `$input`. */
  readonly node: string;
  /** The way to the part, `["leads", "0", "name"]`; empty for the whole. */
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Values by their places, `read.title`, as edits. */
export function toEdits(values: Readonly<Record<string, unknown>>): Edit[] {
  return Object.entries(values).map(([place, value]) => {
    const [node = "", ...path] = place.split(".");
    return { node, path, value };
  });
}

/** What edits come to, checked. */
export interface Edited {
  /** The run's input, and the nodes that now read something else there. */
  readonly input: unknown;
  readonly affected: readonly string[];
  /** Outputs by the name of their node. */
  readonly outputs: ReadonlyMap<string, unknown>;
}

interface Editing {
  readonly row: RunRow;
  readonly playable: Playable;
  readonly steps: readonly StepRow[];
  readonly from: readonly string[];
  /** The input that is edited. */
  readonly input: unknown;
}

/** Is it the run's input that this edit is about? */
export function isOfInput({ plan }: Playable, node: string): boolean {
  return node === "$input" || (node === "input" && !Object.hasOwn(plan.body.nodes, "input"));
}

/**
 * Applies edits to what a run holds, and checks what comes of it as if a step had given it.
 * @throws MaestroError MR2023 for what cannot be edited, MR2014 for an output and MR2002 for an input that does not fit
 */
export async function applyEdits(edits: readonly Edit[], editing: Editing): Promise<Edited> {
  const { playable, steps, input } = editing;
  const last = lastAttempts(steps);
  let newInput = input;
  const outputs = new Map<string, unknown>();
  for (const edit of edits) {
    if (isOfInput(playable, edit.node)) {
      newInput = withEdit(newInput, edit, { ...editing, schema: playable.plan.input });
      continue;
    }
    const node = editableNode(edit, editing);
    const { schema } = outputCheckOf(node, playable.plan, playable.code)!;
    const row = last.get(edit.node);
    const old =
      row?.status === "completed" && row.output !== null
        ? parseStored(row.output, `step "${row.key}" of run ${row.runId}`)
        : undefined;
    const base = outputs.has(edit.node) ? outputs.get(edit.node) : old;
    outputs.set(edit.node, withEdit(base, edit, { ...editing, schema }));
  }
  for (const [name, value] of outputs) outputs.set(name, await checkedOutput(name, value, playable));
  if (newInput === input) return { input, affected: [], outputs };
  newInput = await checkedInput(playable, newInput);
  return { input: newInput, affected: affectedBy(input, newInput, playable), outputs };
}

/** Checked as if the step had given it. */
async function checkedOutput(name: string, value: unknown, { plan, code }: Playable): Promise<unknown> {
  const { check } = outputCheckOf(plan.body.nodes[name]!, plan, code)!;
  const checked = check ? await check(value) : { value };
  if ("problems" in checked) throw new MaestroError("MR2014", { step: name, problems: checked.problems });
  return toStoredOutput(checked.value, name).value;
}

/** Nodes that read a part of the input that is another now; what stayed the same is no reason to play anything again. */
function affectedBy(before: unknown, after: unknown, { graph }: Playable): string[] {
  const isChanged = (path: readonly (string | number)[]) =>
    !isDeepStrictEqual(valueAt(before, path), valueAt(after, path));
  return graph.nodes.filter(({ plan }) => readsInput(plan, isChanged)).map(({ name }) => name);
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string | number, unknown>)[key];
  }
  return at;
}

function editableNode(edit: Edit, { row, playable, from }: Editing): PlanNode {
  const { plan, code, graph } = playable;
  const names = graph.nodes.filter(({ hidden }) => !hidden).map(({ name }) => name);
  const refuse = (detail: string, guess?: string) =>
    new MaestroError("MR2023", { run: row.id, place: placeOf(edit), detail, guess });
  if (!names.includes(edit.node)) {
    const guess = nearest(edit.node, [...names, "input"]);
    throw refuse(`the score has no node "${edit.node}"`, guess);
  }
  const node = plan.body.nodes[edit.node]!;
  if (!outputCheckOf(node, plan, code))
    throw refuse(`what a node of kind ${node.kind} gives is made from other values; edit those`);
  if (from.includes(edit.node)) throw refuse("it is to be played again, too: give it or play it, not both");
  return node;
}

/** `value` put at `path` into a copy of `base`. */
function withEdit(
  base: unknown,
  edit: Edit,
  editing: Editing & { readonly schema: JsonSchema | undefined },
): unknown {
  const { path, value } = edit;
  if (path.length === 0) return value;
  const copy: unknown = base === undefined ? {} : structuredClone(base);
  let at = copy;
  for (const [i, key] of path.entries()) {
    const holder = holderOf(at, path.slice(0, i + 1), { ...editing, edit });
    if (i === path.length - 1) holder[key] = value;
    else {
      holder[key] ??= {};
      at = holder[key];
    }
  }
  return copy;
}

/** `at` as what the last of `path` is a key of; refused when there can be none of that name. */
function holderOf(
  at: unknown,
  path: readonly string[],
  { row, schema, edit }: Editing & { readonly schema: JsonSchema | undefined; readonly edit: Edit },
): Record<string, unknown> {
  const key = path.at(-1)!;
  const inside = [edit.node, ...path.slice(0, -1)].join(".");
  const refuse = (detail: string, guess?: string) =>
    new MaestroError("MR2023", { run: row.id, place: placeOf(edit), detail, guess });
  if (typeof at !== "object" || at === null) throw refuse(`"${inside}" is no object`);
  if (Array.isArray(at)) {
    if (/^(0|[1-9]\d*)$/.test(key) && Number(key) <= at.length) return at as never;
    throw refuse(`"${inside}" is a list of ${at.length}, and "${key}" is no place in it`);
  }
  const known = keysAt(schema, path.slice(0, -1), at);
  if (UNSAFE.has(key) || (known && !known.includes(key)))
    throw refuse(`"${inside}" has no "${key}"`, nearest(key, known ?? []));
  return at as Record<string, unknown>;
}

const UNSAFE: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** The keys that an object may have there; `undefined` when any. */
function keysAt(
  schema: JsonSchema | undefined,
  path: readonly string[],
  value: object,
): readonly string[] | undefined {
  const objects = (schemaAt(schema, path)?.schemas ?? []).filter(({ properties }) => properties);
  const isOpen = ({ additionalProperties: more }: JsonSchema) => more !== undefined && more !== false;
  if (objects.length === 0 || objects.some(isOpen)) return undefined;
  return [
    ...new Set([
      ...objects.flatMap(({ properties }) => Object.keys(properties as object)),
      ...Object.keys(value),
    ]),
  ];
}

/** As it is written on the command line. */
export function placeOf({ node, path }: Edit): string {
  return [node, ...path].join(".");
}
