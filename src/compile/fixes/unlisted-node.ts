import type { ts as TS } from "ts-morph";
import type { Syntax } from "../syntax.ts";
import { addProperty } from "./add-property.ts";
import type { Change } from "./change.ts";
import type { Fixing } from "./fix-finding.ts";
import { mapOf } from "./own-node.ts";

/** Names of consts that may be names of nodes. */
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/** MS2001: the const's name in `nodes`, after those of the nodes that are built before it. */
export function unlistedNode({ finding, file, open }: Fixing<"MS2001">): Change | undefined {
  const [site] = finding.others?.[0]?.sites ?? [];
  const syntax = site?.file === file ? open(file) : undefined;
  const call = syntax?.callAt(site!);
  const declaration = call && syntax?.constOf(call);
  if (!syntax || !declaration || !syntax.ts.isIdentifier(declaration.name)) return undefined;
  const { text } = declaration.name;
  const nodes = NAME.test(text) ? nodesAround(syntax, declaration) : undefined;
  if (!nodes || nodes.properties.some((one) => !one.name || syntax.follower.textOf(one.name) === text))
    return undefined;
  const splices = addProperty(syntax, nodes, text, {
    after: lastBefore(syntax, nodes, declaration) ?? "nothing",
  });
  return { title: `"${text}" added to \`nodes\``, syntax, splices };
}

/** The `nodes` of the score or the map whose own const it is. */
function nodesAround(
  syntax: Syntax,
  declaration: TS.VariableDeclaration,
): TS.ObjectLiteralExpression | undefined {
  const { ts, follower } = syntax;
  const block = declaration.parent.parent.parent;
  let nodes: TS.Node | undefined;
  if (ts.isSourceFile(block)) {
    const exported = syntax.defaultExport();
    const score = exported && follower.resolve(exported);
    nodes = score && ts.isCallExpression(score) ? follower.enter(score, "nodes")?.value : undefined;
  } else if (ts.isBlock(block) && ts.isFunctionLike(block.parent) && mapOf(syntax, block.parent)) {
    const result = follower.returned(block.parent as TS.ArrowFunction);
    const object = result && follower.resolve(result);
    nodes =
      object && ts.isObjectLiteralExpression(object) ? follower.property(object, "nodes")?.value : undefined;
  }
  const object = nodes && follower.resolve(nodes);
  return object && ts.isObjectLiteralExpression(object) ? object : undefined;
}

/** The last of the listed nodes that are built before `declaration`. */
function lastBefore(
  { ts, follower }: Syntax,
  { properties }: TS.ObjectLiteralExpression,
  declaration: TS.VariableDeclaration,
): TS.ObjectLiteralElementLike | undefined {
  return properties.findLast((property) => {
    const value = ts.isPropertyAssignment(property) ? property.initializer : property.name;
    const built = value && follower.resolve(value);
    return built !== undefined && built !== value && built.pos < declaration.pos;
  });
}
