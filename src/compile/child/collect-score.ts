import { toJsonSchema } from "../../define/check.ts";
import type { AgentRecord } from "../../define/define-agent.ts";
import type { ScoreRecord } from "../../define/define-score.ts";
import { idText, toText } from "../../define/describe.ts";
import type { Finding } from "../../define/finding.ts";
import { type InputRoot, type NodeRecord, nodeRecord } from "../../define/record.ts";
import { refInfo } from "../../define/ref.ts";
import type { Site } from "../../define/site.ts";
import { toPlan } from "../../define/to-plan.ts";
import { findNodeCredentials } from "../rules/credentials.ts";
import { findUnknownOptions, misspelt } from "../rules/unknown-option.ts";
import { collectAgent } from "./collect-agent.ts";
import type { LoadedScore } from "./protocol.ts";
import { toSites } from "./to-failure.ts";
import type { UnusedNodes } from "./to-unused.ts";

interface Context {
  readonly root: string;
  readonly file: string;
  readonly unused: UnusedNodes;
  readonly report: (finding: Finding) => void;
  /** Takes up the agents that the score uses. */
  readonly agents: AgentRecord[];
}

/** A score as plain data; what `toPlan`, its nodes' options and its unused nodes have wrong is reported. */
export function collectScore(
  record: ScoreRecord,
  { root, file, unused, report, agents }: Context,
): LoadedScore {
  const compiled = toPlan(withWholeNodes(record));
  const { plan, sites, findings, inputs, definitions, reached } = compiled;
  for (const finding of findings) report({ ...finding, subject: finding.subject ?? idText(record.id) });
  const paths = new Map([...sites].map(([path, own]) => [own, path]));
  for (const node of reached) {
    findUnknownOptions(node, report);
    findNodeCredentials(node, { score: idText(record.id), path: paths.get(node.sites), report });
  }
  agents.push(...compiled.agents);
  for (const { kind, sites } of unusedOf(file, unused, reached)) {
    report({ code: "MS2006", facts: { kind }, sites, subject: idText(record.id) });
  }
  const own: Record<string, readonly Site[]> = { "": toSites(record.sites, root) };
  for (const [path, nodeSites] of sites) own[path] = toSites(nodeSites, root);
  const inputValues = inputValuesOf(record);
  return {
    is: "score",
    id: idText(record.id),
    ...(record.title === undefined ? {} : { title: toText(record.title) }),
    plan,
    sites: own,
    inputs: Object.fromEntries(inputs),
    agents: compiled.agents.map((agent) => collectAgent(agent, root)),
    definitions: Object.fromEntries([...definitions].map(([path, own]) => [path, toSites(own, root)])),
    ...(inputValues ? { inputValues } : {}),
  };
}

/** JavaScript's authors can leave `nodes` out, or misspell it: an empty score says more than a TypeError. */
function withWholeNodes(record: ScoreRecord): ScoreRecord {
  const isWhole = (nodes: unknown) => typeof nodes === "object" && nodes !== null;
  if (isWhole(record.nodes)) return record;
  const meant = misspelt("defineScore()", "nodes", { ...record });
  return { ...record, nodes: isWhole(meant) ? (meant as ScoreRecord["nodes"]) : {} };
}

/** Nodes that nobody uses; of one inside another, the outer one only. */
function unusedOf(file: string, unused: UnusedNodes, reached: ReadonlySet<NodeRecord>): NodeRecord[] {
  const nodes = unused.of(file, reached);
  const inner = new Set(nodes.filter((node) => node.body).map((node) => node.body!.scope));
  const read = new Set(nodes.flatMap((node) => readBy(node)));
  return nodes.filter((node) => !read.has(node) && !(node.scope && inner.has(node.scope)));
}

/** The nodes whose outputs are bound directly in the parts or the input of `node`: unused with it, and for its sake. */
function readBy({ parts = [], options }: NodeRecord): NodeRecord[] {
  const found: NodeRecord[] = [];
  const stack: unknown[] = [...parts, options.input, options.on, options.over, options.when];
  for (let looks = 0; stack.length > 0 && looks < 10_000; looks++) {
    const value = stack.pop();
    const info = refInfo(value);
    if (info) {
      const root = info.root as {
        readonly node?: NodeRecord;
        readonly of?: unknown;
        readonly operands?: readonly unknown[];
      };
      if (root.node) found.push(root.node);
      stack.push(root.of, ...(root.operands ?? []));
    } else if (typeof value === "object" && value !== null && !nodeRecord(value))
      stack.push(...Object.values(value));
  }
  return found;
}

function inputValuesOf({ input }: ScoreRecord) {
  const root = refInfo(input)?.root as InputRoot | undefined;
  if (root?.is !== "input") return undefined;
  const written = toJsonSchema(root.schema, "output");
  return "schema" in written ? written.schema : undefined;
}
