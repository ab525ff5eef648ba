import { bindingsOf, namedSecrets, type Path } from "../../plan/index.ts";
import { nearest } from "../../support/nearest.ts";
import type { CompiledOrchestra } from "../compilation.ts";
import { endOf, type GraphNode, type GraphOf, isHidden, leavesOf, sitesOf } from "../graph/score-graph.ts";
import type { WorkspaceContext } from "./index.ts";
import { nameOf } from "./words-of-source.ts";

/** Who needs a secret first. */
interface Need {
  /** As a message names it; absent when it is a value with no name. */
  readonly who: string | undefined;
  readonly score: string;
  readonly sites: CompiledOrchestra["sites"];
  readonly path: Path;
}

/** What a score and those it plays need, by the secret's name. */
interface Needs {
  readonly secrets: ReadonlyMap<string, Need>;
  /** False when one of the scores is not there. */
  readonly isWhole: boolean;
}

/** MS4001: a secret that a score needs and its orchestra does not bind. MS4002: one that is bound, and nobody needs. */
export function secretBindings({ orchestras, graphOf, report }: WorkspaceContext): void {
  const known = new Map<string, Needs>();
  for (const { id, score, secrets: bound, sites } of orchestras) {
    if (score === undefined || !graphOf(score)) continue;
    const { secrets, isWhole } = known.get(score) ?? needsOf(score, graphOf);
    known.set(score, { secrets, isWhole });
    const names = Object.keys(bound);
    const missing = [...secrets.keys()].filter((name) => !names.includes(name));
    const unused = names.filter((name) => !secrets.has(name));
    for (const name of missing) {
      const { who, score: needing, sites: other, path } = secrets.get(name)!;
      report({
        code: "MS4001",
        facts: { orchestra: id, secret: name, who, score: needing, guess: nearest(name, unused) },
        sites,
        path: ["secrets"],
        others: [{ sites: other, path, label: "it is needed here" }],
        subject: id,
      });
    }
    if (!isWhole) continue;
    for (const name of unused) {
      const facts = { orchestra: id, secret: name, score, guess: nearest(name, missing) };
      report({ code: "MS4002", facts, sites, path: ["secrets", name], subject: id });
    }
  }
}

function needsOf(id: string, graphOf: GraphOf): Needs {
  const secrets = new Map<string, Need>();
  const scores = new Set([id]);
  let isWhole = true;
  for (const one of scores) {
    const graph = graphOf(one);
    if (!graph) {
      isWhole = false;
      continue;
    }
    const { score } = graph;
    const note = (name: string, need: Omit<Need, "score">) => {
      if (!secrets.has(name)) secrets.set(name, { ...need, score: score.id });
    };
    for (const node of graph.nodes) {
      if (node.plan.kind === "score") scores.add(node.plan.score);
      const sites = sitesOf(score, node);
      for (const { name, path } of secretsOf(node)) note(name, { who: whoOf(node), sites, path });
    }
    for (const { scope } of graph.outputs) {
      const sites = score.sites[scope.owner?.path ?? ""] ?? [];
      for (const { expr, at } of endOf(scope))
        for (const { expr: leaf, at: path } of leavesOf(expr, at))
          if (leaf.is === "secret") note(leaf.name, { who: "the output", sites, path });
    }
  }
  return { secrets, isWhole };
}

function secretsOf({ plan }: GraphNode): { readonly name: string; readonly path: Path }[] {
  const named = namedSecrets(plan);
  const read = bindingsOf(plan).flatMap(({ expr, at }) => leavesOf(expr, at));
  return [
    ...named.map((name) => ({ name, path: [] })),
    ...read.flatMap(({ expr, at }) => (expr.is === "secret" ? [{ name: expr.name, path: at }] : [])),
  ];
}

function whoOf(node: GraphNode): string | undefined {
  return isHidden(node) ? undefined : nameOf(node);
}
