import {
  type ArtifactNode,
  type Body,
  BUDGET_QUESTION,
  bodyOf,
  type CheckpointNode,
  type Condition,
  type Expr,
  HIDDEN,
  judgeOf,
  type LoopNode,
  type MapNode,
  type Plan,
  type PlanNode,
  reviewOf,
  type Sharing,
  standInOf,
  type TextNode,
  tracesOf,
  type WaysOut,
  waysOutOf,
} from "../../plan/index.ts";
import { type Needs, tagName } from "./admission.ts";
import { eachBodySource, eachSource } from "./each-source.ts";
import { type Evaluator, toConditionEvaluator, toEvaluator } from "./evaluate.ts";
import { holdForHarmony } from "./hold-for-harmony.ts";
import { holdForPhases } from "./hold-for-phases.ts";
import { holdReaders, type Remakes, toRemakes } from "./hold-readers.ts";
import { readNodes } from "./read-nodes.ts";

/** A body made ready to be played many times: names are indices, expressions are functions. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  /** How many distinct nodes each node waits for, by index: the counters a new scope begins with. */
  readonly waits: readonly number[];
  /** As many zeros as there are nodes: the states a new scope begins with. Plain arrays are made faster than typed ones. */
  readonly fresh: readonly number[];
  readonly output: Evaluator;
  readonly single: boolean;
  /** Of a loop's body: whether the turn was the last. */
  readonly until: Evaluator<boolean> | undefined;
  /** What is played when the run fails; only the root has one. */
  readonly handler: Graph | undefined;
}

export interface GraphNode {
  readonly index: number;
  readonly name: string;
  /** From the root, with those it stands in: `drafts/letter`. */
  readonly path: string;
  readonly plan: PlanNode;
  /** Computed by the compiler's choice; nobody is shown it. */
  readonly hidden: boolean;
  /** Nodes of the same scope to be told when this one has settled. */
  readonly readers: number[];
  /** Nodes of the same scope that it reads or is ordered after. */
  readonly sources: readonly number[];
  readonly after: readonly number[];
  readonly when: Evaluator<boolean> | undefined;
  /** A task's input, a switch's value, a map's list; `undefined` for kinds that have several parts. */
  readonly value: Evaluator | undefined;
  /** The values of a text, a derive or a oneOf; of a oneOf with the nodes that each has to wait for. */
  readonly parts: readonly Evaluator[];
  readonly partSources: readonly (readonly number[])[];
  readonly body: Graph | undefined;
  /** Of a map: somebody wants what its items give. */
  readonly isRead: boolean;
  /** What an attempt shares with those of other runs; `undefined` for nearly all. */
  readonly needs: Needs | undefined;
  /** What tells its results from one another, where some are kept; absent: all it is given. */
  readonly cacheKey: Evaluator | undefined;
  readonly isCached: boolean;
  /** The node that stands in when this one has failed, by index. */
  readonly standIn: number | undefined;
  /** The nodes it stands in for; it is played when one of them asks for it. */
  readonly standsInFor: number[];
  /** The value that stands in when this one has failed. */
  readonly spare: Evaluator | undefined;
  /** The node whose output it is built from when it has failed, by index. */
  readonly rebuiltFrom: number | undefined;
  /** What may become of it when it has failed. */
  readonly ways: WaysOut;
  /** What is laid over the input of further attempts. */
  readonly vary: readonly Evaluator[] | undefined;
  /** An artifact's judges, and the persons they send what they find wanting to, by gate. */
  readonly judges: readonly GraphNode[];
  readonly reviews: readonly (GraphNode | undefined)[];
  /** What an artifact's value is made of, by the names that people read. */
  readonly traces: readonly { readonly name: string; readonly of: Evaluator }[];
  /** Of an artifact whose value may be made anew: what is played again. */
  readonly remakes: Remakes | undefined;
  /** The artifact that may have it played again, by index: until that has settled, what it gives is not final. */
  heldBy: number | undefined;
}

interface Level {
  readonly names: ReadonlyMap<string, number>;
  readonly parent: Level | undefined;
  readonly body: Body;
  /** Nodes whose output somebody reads, by name. */
  readonly read: ReadonlySet<string>;
  /** What the paths of its nodes begin with: `""` or `drafts/`. */
  readonly prefix: string;
}

/** Makes `plan` ready to be played. Work is proportional to its nodes and references; do it once per deployment. */
export function toGraph({ body, onError, phases }: Plan): Graph {
  return bodyToGraph(body, undefined, { handler: onError, phases });
}

interface Inside {
  readonly handler?: Body | undefined;
  readonly until?: Condition;
  readonly prefix?: string;
  readonly phases?: readonly string[] | undefined;
}

function bodyToGraph(
  body: Body,
  parent: Level | undefined,
  { handler, until, prefix = "", phases }: Inside = {},
): Graph {
  const entries = Object.entries(body.nodes);
  const names = new Map(entries.map(([name], i) => [name, i]));
  const level: Level = { names, parent, body, read: readNodes(body, { handler, until }), prefix };
  const resolve = (name: string, up: number): number => {
    let at: Level | undefined = level;
    for (let i = 0; i < up; i++) at = at?.parent;
    const index = at?.names.get(name);
    if (index === undefined)
      throw new Error(`the plan reads "${name}", ${up} scopes up, which it does not have`);
    return index;
  };
  const nodes = entries.map(([name, plan], index) => toGraphNode(name, plan, index, level, resolve));
  for (const node of nodes) {
    for (const source of node.sources) nodes[source]!.readers.push(node.index);
    if (node.standIn !== undefined) nodes[node.standIn]!.standsInFor.push(node.index);
  }
  for (const node of nodes) if (node.remakes) holdReaders(nodes, node, node.remakes);
  holdForHarmony(nodes);
  if (phases) holdForPhases(nodes, phases, gateNode);
  // A oneOf is looked at whenever one of its alternatives settles, so it counts nothing. A stand-in waits to be asked for.
  const waits = nodes.map(({ plan, sources, standsInFor }) =>
    plan.kind === "oneOf" ? 0 : sources.length + Math.sign(standsInFor.length),
  );
  const fresh = nodes.map(() => 0);
  return {
    nodes,
    waits,
    fresh,
    output: toEvaluator(body.output, resolve),
    single: body.single === true,
    until: until && toConditionEvaluator(until, resolve),
    handler: handler && bodyToGraph(handler, level, { prefix: "onError/" }),
  };
}

type Resolve = (name: string, up: number) => number;

function toGraphNode(name: string, plan: PlanNode, index: number, level: Level, resolve: Resolve): GraphNode {
  const partExprs =
    plan.kind === "text" ? plan.values : plan.kind === "oneOf" || plan.kind === "derive" ? plan.of : [];
  const valueExpr = givenTo(plan);
  const ways = waysOutOf(plan);
  const standIn = standInOf(plan);
  const spare = ways.fallback && "value" in ways.fallback ? ways.fallback.value : undefined;
  const vary = "retry" in plan && typeof plan.retry === "object" ? plan.retry.vary : undefined;
  const when = "when" in plan ? plan.when : undefined;
  const after = ("after" in plan && plan.after ? plan.after : []).map((other) => resolve(other, 0));
  const sources = new Set<number>(after);
  const add = (source: string) => sources.add(resolve(source, 0));
  const cacheKey = "cache" in plan ? plan.cache?.key : undefined;
  for (const expr of [valueExpr, when, spare, cacheKey, ...(vary ?? []), ...partExprs])
    if (expr) eachSource(expr, 0, add);
  const body = bodyOf(plan);
  if (body) eachBodySource(plan as LoopNode | MapNode, add);
  const until = plan.kind === "loop" ? { until: plan.until } : {};
  const path = level.prefix + name;
  return {
    index,
    name,
    path,
    plan,
    hidden: name.startsWith(HIDDEN),
    readers: [],
    sources: [...sources],
    after,
    when: when && toConditionEvaluator(when, resolve),
    value: valueExpr && toEvaluator(valueExpr, resolve),
    parts: partExprs.map((part) => toEvaluator(part, resolve)),
    partSources: plan.kind === "oneOf" ? partExprs.map((part) => sourcesOf(part, resolve)) : [],
    body: body && bodyToGraph(body, level, { ...until, prefix: `${path}/` }),
    isRead: level.read.has(name),
    needs: needsOf(plan),
    cacheKey: cacheKey && toEvaluator(cacheKey, resolve),
    isCached: "cache" in plan && plan.cache !== undefined,
    standIn: standIn === undefined ? undefined : resolve(standIn, 0),
    standsInFor: [],
    spare: spare && toEvaluator(spare, resolve),
    rebuiltFrom: ways.reconstruct && resolve(ways.reconstruct.from, 0),
    ways,
    vary: vary?.map((part) => toEvaluator(part, resolve)),
    ...(plan.kind === "artifact" ? partsOfArtifact(plan) : NO_PARTS),
    traces: plan.kind === "artifact" ? toTraces(plan, level.body, resolve) : [],
    remakes: plan.kind === "artifact" ? toRemakes(plan, level.body, (other) => resolve(other, 0)) : undefined,
    heldBy: undefined,
  };
}

type ArtifactParts = Pick<GraphNode, "judges" | "reviews">;
const NO_PARTS: ArtifactParts = { judges: [], reviews: [] };
const FREE = { traces: [], remakes: undefined, heldBy: undefined };

function partsOfArtifact(plan: ArtifactNode): ArtifactParts {
  const parts = plan.gates.map((_, i) => ({ judge: judgeOf(plan, i), review: reviewOf(plan, i) }));
  return {
    judges: parts.map(({ judge }) => partNode(judge!, needsOf(plan))),
    reviews: parts.map(({ review }) => review && partNode(review)),
  };
}

function toTraces(plan: ArtifactNode, body: Body, resolve: Resolve): GraphNode["traces"] {
  return tracesOf(plan.value, body).map(({ name, expr }) => ({ name, of: toEvaluator(expr, resolve) }));
}

/** A node that no other one knows: it is played when its artifact says so. */
function partNode(
  plan: NonNullable<ReturnType<typeof judgeOf>> | CheckpointNode | TextNode,
  needs?: Needs,
): GraphNode {
  const none = { readers: [], sources: [], after: [], parts: [], partSources: [], standsInFor: [] };
  const nothing = {
    when: undefined,
    value: undefined,
    body: undefined,
    isRead: true,
    standIn: undefined,
    spare: undefined,
    rebuiltFrom: undefined,
    ways: waysOutOf(plan),
    vary: undefined,
    cacheKey: undefined,
    isCached: false,
  };
  return {
    index: -1,
    name: HIDDEN,
    path: HIDDEN,
    plan,
    needs,
    hidden: true,
    ...none,
    ...nothing,
    ...NO_PARTS,
    ...FREE,
  };
}

/** What stands between two phases, as the node `index`: it is computed when all it waits for has settled, and gives nothing. */
function gateNode(index: number): GraphNode {
  const name = `${HIDDEN}phase${index}`;
  const own = { sources: [], readers: [], after: [], standsInFor: [] };
  return { ...partNode({ kind: "text", strings: [""], values: [] }), ...own, index, name, path: name };
}

/** What is asked when a budget is reached. It stands beside every graph. */
export const BUDGET_NODE: GraphNode = partNode(BUDGET_QUESTION);

function needsOf(plan: PlanNode): Needs | undefined {
  const { resources = {}, tags = [] } = plan as Sharing;
  const needs = new Map(Object.entries(resources));
  for (const tag of tags) needs.set(tagName(tag), 1);
  return needs.size === 0 ? undefined : needs;
}

/** What a node is given, as one value; `undefined` for kinds that have several parts. */
function givenTo(plan: PlanNode): Expr | undefined {
  const gathered = (fields: Readonly<Record<string, Expr | undefined>>): Expr => ({
    is: "object",
    fields: Object.fromEntries(
      Object.entries(fields).filter((entry): entry is [string, Expr] => entry[1] !== undefined),
    ),
  });
  switch (plan.kind) {
    case "task":
    case "agent":
    case "score":
      return plan.input;
    case "map":
      return plan.over;
    case "loop":
      return plan.start;
    case "branch":
    case "switchOn":
      return plan.on;
    case "http":
      return gathered({ url: plan.url, query: plan.query, headers: plan.headers, body: plan.body });
    case "shell":
      return gathered({
        command: plan.command,
        script: plan.script,
        cwd: plan.cwd,
        env: plan.env,
        stdin: plan.stdin,
      });
    case "wait":
      return gathered({ until: plan.until });
    case "checkpoint":
      return gathered({ title: plan.title, show: plan.show });
    case "artifact":
      return gathered({ name: plan.name, value: plan.value });
    case "text":
    case "oneOf":
    case "derive":
      return undefined;
    default:
      return plan satisfies never;
  }
}

function sourcesOf(expr: Expr, resolve: Resolve): number[] {
  const sources = new Set<number>();
  eachSource(expr, 0, (name) => sources.add(resolve(name, 0)));
  return [...sources];
}
