import type { JsonSchema, PlanNode } from "../../plan/index.ts";
import type { Change } from "./change.ts";
import { compareFacts } from "./compare-facts.ts";
import { compareSchemas, type SchemaSide } from "./compare-schemas.ts";
import { ExprText, type Scope } from "./expr-text.ts";
import { type BodyPair, type CodeOf, findRenames, keysOf } from "./find-renames.ts";
import { type Fact, type Facts, factsOf, leavesOf } from "./node-facts.ts";

/** What the nodes of the score itself are made of; inside a map nothing is known of its own. */
export interface Codes {
  readonly before: CodeOf;
  readonly after: CodeOf;
}

const UNKNOWN: Codes = { before: () => undefined, after: () => undefined };

/** What differs between the nodes and the output of two bodies, the insides of maps included. */
export function compareBodies(
  pair: BodyPair,
  codes: Codes = UNKNOWN,
  renamed: ReadonlyMap<string, string> = new Map(),
): Change[] {
  const { before, after } = pair;
  const renames = findRenames(pair, renamed, codes);
  const known = new Map(renamed);
  for (const [to, from] of renames) known.set(after.prefix + to, before.prefix + from);
  const texts = { before: new ExprText(), after: new ExprText(known) };
  const changes: Change[] = [];
  for (const key of keysOf(before.body)) {
    const isGone = !Object.hasOwn(after.body.nodes, key) && ![...renames.values()].includes(key);
    if (isGone) changes.push(nodeChange(before, key, "removed"));
  }
  for (const key of keysOf(after.body)) {
    const old = renames.get(key) ?? key;
    const [from, to] = [before.body.nodes[old], after.body.nodes[key]!];
    if (old !== key) changes.push(renameChange(after, key, old));
    if (!from) changes.push(nodeChange(after, key, "added"));
    else changes.push(...compareNodes(from, to, { pair, old, key, texts, known }));
  }
  return [...changes, ...compareOutputs(pair, texts)];
}

interface Place {
  readonly pair: BodyPair;
  readonly old: string;
  readonly key: string;
  readonly texts: { readonly before: ExprText; readonly after: ExprText };
  readonly known: ReadonlyMap<string, string>;
}

function compareNodes(from: PlanNode, to: PlanNode, { pair, old, key, texts, known }: Place): Change[] {
  const { before, after } = pair;
  const node = after.prefix + key;
  if (from.kind !== to.kind)
    return [
      { weight: "breaking", aspect: "node", node, path: "kind", words: "", from: from.kind, to: to.kind },
    ];
  const changes = compareFacts(node, factsOf(from, before, texts.before), factsOf(to, after, texts.after));
  if (from.kind === "task" && to.kind === "task")
    changes.push(...schemaChanges(from.output, to.output, { side: "output", node }));
  if (from.kind !== "map" || to.kind !== "map") return changes;
  if (from.body.single !== to.body.single)
    changes.push({
      weight: "breaking",
      aspect: "node",
      node,
      path: "each",
      words: "steps are named otherwise",
      from: from.body.single ? "one node" : "several nodes",
      to: to.body.single ? "one node" : "several nodes",
    });
  const inside = (body: Scope["body"], parent: Scope, name: string): Scope => ({
    body,
    prefix: `${parent.prefix}${name}/`,
    parent,
  });
  const inner = { before: inside(from.body, before, old), after: inside(to.body, after, key) };
  return [...changes, ...compareBodies(inner, UNKNOWN, withInside(known, inner, to))];
}

/** What stands in a map that was renamed has another path, though nothing about it has changed. */
function withInside(
  known: ReadonlyMap<string, string>,
  { before, after }: BodyPair,
  map: Extract<PlanNode, { kind: "map" }>,
): ReadonlyMap<string, string> {
  if (before.prefix === after.prefix) return known;
  const all = new Map(known);
  for (const key of keysOf(map.body)) all.set(after.prefix + key, before.prefix + key);
  return all;
}

/** What differs between two schemas, as changes of the definition or of one of its nodes. */
export function schemaChanges(
  from: JsonSchema | undefined,
  to: JsonSchema | undefined,
  { side, node }: { readonly side: SchemaSide; readonly node?: string },
): Change[] {
  return compareSchemas(from ?? {}, to ?? {}, side).map(({ path, ...change }) => ({
    ...change,
    aspect: "schema",
    ...(node === undefined ? {} : { node }),
    path: path === "" ? side : path.startsWith("[") ? side + path : `${side}.${path}`,
  }));
}

function compareOutputs({ before, after }: BodyPair, texts: Place["texts"]): Change[] {
  const node = after.prefix === "" ? undefined : after.prefix.slice(0, -1);
  const facts = (scope: Scope, text: ExprText): Facts =>
    new Map(
      [...leavesOf(scope.body.output, "output", scope, text)]
        // No output is no field that could be lost.
        .filter(([path, value]) => path !== "output" || value !== "{}")
        .map(([path, value]): [string, Fact] => [path, { aspect: "output", text: value }]),
    );
  return compareFacts(node, facts(before, texts.before), facts(after, texts.after));
}

function nodeChange(scope: Scope, key: string, words: "added" | "removed"): Change {
  const { kind } = scope.body.nodes[key]!;
  return { weight: "review", aspect: "node", node: scope.prefix + key, words: `${words} (${kind})` };
}

function renameChange({ prefix }: Scope, key: string, old: string): Change {
  return {
    weight: "breaking",
    aspect: "node",
    node: prefix + key,
    words: `renamed from ${old}? its history does not follow`,
    from: old,
    to: key,
  };
}
