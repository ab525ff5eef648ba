import { type Body, bodyOf, HIDDEN, type PlanNode } from "../../plan/index.ts";
import { toCanonicalJson } from "../../support/json.ts";
import { ExprText, type Scope } from "./expr-text.ts";
import { factsOf, leavesOf } from "./node-facts.ts";
import { schemaOf } from "./node-schema.ts";

/** The two states of one body. */
export interface BodyPair {
  readonly before: Scope;
  readonly after: Scope;
}

/** What is known of a node's code by its key at one side; `undefined` when nothing is. */
export type CodeOf = (key: string) => string | undefined;

/** The keys of the nodes that an author listed. */
export function keysOf({ nodes }: Body): string[] {
  return Object.keys(nodes).filter((key) => !key.startsWith(HIDDEN));
}

/**
 * From a new key to the one it had: nodes that stand under another key with the same body, guards, policies and code.
 * Only where one node fits one other; what merely looks alike is an added and a removed one.
 */
export function findRenames(
  { before, after }: BodyPair,
  renamed: ReadonlyMap<string, string>,
  code: { readonly before: CodeOf; readonly after: CodeOf },
): Map<string, string> {
  const found = new Map<string, string>();
  const gone = new Set(keysOf(before.body).filter((key) => !Object.hasOwn(after.body.nodes, key)));
  const come = new Set(keysOf(after.body).filter((key) => !Object.hasOwn(before.body.nodes, key)));
  const prints = (keys: Iterable<string>, scope: Scope, text: ExprText, codeOf: CodeOf) =>
    Map.groupBy(
      keys,
      (key) => `${fingerprint(scope.body.nodes[key]!, key, scope, text)} ${codeOf(key) ?? ""}`,
    );
  // One that reads another renamed one is only seen to be the same when that is known.
  for (let isNew = true; isNew && gone.size > 0 && come.size > 0; ) {
    isNew = false;
    const known = new Map(renamed);
    for (const [to, from] of found) known.set(after.prefix + to, before.prefix + from);
    const olds = prints(gone, before, new ExprText(), code.before);
    for (const [print, [key, ...others]] of prints(come, after, new ExprText(known), code.after)) {
      const [old, ...rivals] = olds.get(print) ?? [];
      if (key === undefined || old === undefined || others.length > 0 || rivals.length > 0) continue;
      found.set(key, old);
      gone.delete(old);
      come.delete(key);
      isNew = true;
    }
  }
  return found;
}

/** Everything about a node but its key and the place of its code. */
function fingerprint(node: PlanNode, key: string, scope: Scope, text: ExprText): string {
  const facts = [...factsOf(node, scope, text)].map(([path, fact]) => [path, fact.text]);
  const schema = schemaOf(node)?.schema ?? null;
  const body = bodyOf(node);
  if (!body) return toCanonicalJson([node.kind, facts, schema]);
  // Names inside it begin with its own, which is what differs.
  const item = node.kind === "loop" ? ({ item: "state" } as const) : {};
  const inside: Scope = { body, prefix: "each/", ...item, parent: scope };
  const nodes = Object.entries(body.nodes).map(([name, inner]) => [
    name,
    fingerprint(inner, key, inside, text),
  ]);
  const ends = [
    ...leavesOf(body.output, "output", inside, text),
    ...(node.kind === "loop" ? [["until", text.of(node.until, inside)]] : []),
  ];
  return toCanonicalJson([node.kind, facts, schema, nodes, ends]);
}
