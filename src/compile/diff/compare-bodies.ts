import { type Body, bodyOf, type Condition, type JsonSchema, type PlanNode } from "../../plan/index.ts";
import type { Change } from "./change.ts";
import { compareFacts } from "./compare-facts.ts";
import { compareSchemas, type SchemaSide } from "./compare-schemas.ts";
import { ExprText, type Scope } from "./expr-text.ts";
import { type BodyPair, type CodeOf, findRenames, keysOf } from "./find-renames.ts";
import { type Fact, type Facts, factsOf, leavesOf } from "./node-facts.ts";
import { schemaOf } from "./node-schema.ts";

/** What the nodes of the score itself are made of; inside a frame nothing is known of its own. */
export interface Codes {
  readonly before: CodeOf;
  readonly after: CodeOf;
}

const UNKNOWN: Codes = { before: () => undefined, after: () => undefined };

/** What differs between the nodes and the output of two bodies, the insides of maps and loops included. */
export function compareBodies(
  pair: BodyPair,
  codes: Codes = UNKNOWN,
  renamed: ReadonlyMap<string, string> = new Map(),
): Change[] {
  const { changes, texts } = compareInside(pair, codes, renamed);
  return [...changes, ...compareEnds(pair, (scope, text) => outputOf(scope, text), texts)];
}

interface Texts {
  readonly before: ExprText;
  readonly after: ExprText;
}

/** What differs between the nodes, and how both bodies are written. */
function compareInside(
  pair: BodyPair,
  codes: Codes,
  renamed: ReadonlyMap<string, string>,
): { readonly changes: Change[]; readonly texts: Texts } {
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
  return { changes, texts };
}

interface Place {
  readonly pair: BodyPair;
  readonly old: string;
  readonly key: string;
  readonly texts: Texts;
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
  const [was, is] = [schemaOf(from), schemaOf(to)];
  if (was && is) changes.push(...schemaChanges(was.schema, is.schema, { side: is.side, node }));
  const [inFrom, inTo] = [bodyOf(from), bodyOf(to)];
  if (!inFrom || !inTo) return changes;
  changes.push(...namingChanges(inFrom, inTo, node));
  const item = to.kind === "loop" ? ({ item: "state" } as const) : {};
  const inside = (body: Body, parent: Scope, name: string): Scope => ({
    body,
    prefix: `${parent.prefix}${name}/`,
    ...item,
    parent,
  });
  const inner = { before: inside(inFrom, before, old), after: inside(inTo, after, key) };
  const names = withInside(known, inner, inTo);
  if (from.kind !== "loop" || to.kind !== "loop")
    return [...changes, ...compareBodies(inner, UNKNOWN, names)];
  const { changes: more, texts: own } = compareInside(inner, UNKNOWN, names);
  const ends = compareEnds(
    inner,
    (scope, text) => turnEndOf((scope === inner.before ? from : to).until, scope, text),
    own,
  );
  return [...changes, ...more, ...ends];
}

/** One node alone gives its steps no name of its own: they are called otherwise than those of several. */
export function namingChanges(from: Body, to: Body, node: string): Change[] {
  if (from.single === to.single) return [];
  const words = ({ single }: Body) => (single ? "one node" : "several nodes");
  return [
    {
      weight: "breaking",
      aspect: "node",
      node,
      path: "each",
      words: "steps are named otherwise",
      from: words(from),
      to: words(to),
    },
  ];
}

/** What stands in a frame that was renamed has another path, though nothing about it has changed. */
function withInside(
  known: ReadonlyMap<string, string>,
  { before, after }: BodyPair,
  body: Body,
): ReadonlyMap<string, string> {
  if (before.prefix === after.prefix) return known;
  const all = new Map(known);
  for (const key of keysOf(body)) all.set(after.prefix + key, before.prefix + key);
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

/** What comes out of two bodies, as `factsAt` takes it from each. */
function compareEnds(
  { before, after }: BodyPair,
  factsAt: (scope: Scope, text: ExprText) => Facts,
  texts: Texts,
): Change[] {
  const node = after.prefix === "" ? undefined : after.prefix.slice(0, -1);
  return compareFacts(node, factsAt(before, texts.before), factsAt(after, texts.after));
}

function outputOf(scope: Scope, text: ExprText): Facts {
  return new Map(
    [...leavesOf(scope.body.output, "output", scope, text)]
      // No output is no field that could be lost.
      .filter(([path, value]) => path !== "output" || value !== "{}")
      .map(([path, value]): [string, Fact] => [path, { aspect: "output", text: value }]),
  );
}

/** What a loop goes on with, and when it ends. */
function turnEndOf(until: Condition, scope: Scope, text: ExprText): Facts {
  return new Map<string, Fact>([
    ...[...leavesOf(scope.body.output, "next", scope, text)].map(([path, value]): [string, Fact] => [
      path,
      { aspect: "binding", text: value },
    ]),
    ["until", { aspect: "guard", text: text.of(until, scope) }],
  ]);
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
