import type { Presence } from "./presence.ts";
import type { GraphNode, GraphScope, ScoreGraph } from "./score-graph.ts";

/** How long a run must take at the least, and the first waits on its longest way that say so. */
export interface LeastDuration {
  readonly ms: number;
  readonly waits: readonly GraphNode[];
}

/** Scores that play scores deeper than this are taken to last no time. */
const DEEPEST = 100;
const MOST_WAITS = 4;
const NOTHING: LeastDuration = { ms: 0, waits: [] };

/**
 * The waits that no run which completes can do without. Work counts as no time, a map may have no items, a loop takes
 * one turn, and what may be skipped is: the real duration is never shorter.
 */
export class LeastDurations {
  readonly #presenceOf: (graph: ScoreGraph) => Presence;
  /** Of a score that plays itself, the inner run counts as nothing. */
  readonly #known = new Map<ScoreGraph, LeastDuration>();
  #depth = 0;

  constructor(presenceOf: (graph: ScoreGraph) => Presence) {
    this.#presenceOf = presenceOf;
  }

  /** Of one run of the score. */
  of(graph: ScoreGraph): LeastDuration {
    const known = this.#known.get(graph);
    if (known) return known;
    if (this.#depth > DEEPEST) return NOTHING;
    this.#known.set(graph, NOTHING);
    this.#depth++;
    const duration = this.#measure(graph);
    this.#depth--;
    this.#known.set(graph, duration);
    return duration;
  }

  #measure(graph: ScoreGraph): LeastDuration {
    const presence = this.#presenceOf(graph);
    const byScope = new Map<GraphScope, GraphNode[]>(graph.outputs.map(({ scope }) => [scope, []]));
    for (const node of presence.order) byScope.get(node.scope)!.push(node);
    const inside = new Map<GraphScope, LeastDuration>();
    // A scope stands before those inside it.
    for (const [scope, nodes] of [...byScope].reverse()) {
      const ends = new Map<GraphNode, LeastDuration>();
      for (const node of nodes) {
        const start = longest(sourcesOf(node).map((source) => ends.get(source) ?? NOTHING));
        const isCertain = presence.present(node) === presence.formulas.true;
        ends.set(node, isCertain ? plus(start, this.#own(node, inside)) : start);
      }
      inside.set(scope, longest([...ends.values()]));
    }
    return inside.get(graph.outputs[0]!.scope) ?? NOTHING;
  }

  #own(node: GraphNode, inside: ReadonlyMap<GraphScope, LeastDuration>): LeastDuration {
    const { plan, scope } = node;
    switch (plan.kind) {
      case "wait":
        return plan.forMs === undefined ? NOTHING : { ms: plan.forMs, waits: [node] };
      case "loop":
        return (node.inside && inside.get(node.inside)) ?? NOTHING;
      case "score": {
        const called = scope.graphOf(plan.score);
        return called ? this.of(called) : NOTHING;
      }
      default:
        return NOTHING;
    }
  }
}

/** What has to be over before the node can be. A oneOf may take another way. */
function sourcesOf({ plan, reads, after }: GraphNode): readonly GraphNode[] {
  return plan.kind === "oneOf" ? [] : [...reads.map(({ target }) => target), ...after];
}

function longest(all: readonly LeastDuration[]): LeastDuration {
  return all.reduce((most, one) => (one.ms > most.ms ? one : most), NOTHING);
}

function plus(one: LeastDuration, other: LeastDuration): LeastDuration {
  return other.ms === 0
    ? one
    : { ms: one.ms + other.ms, waits: [...one.waits, ...other.waits].slice(0, MOST_WAITS) };
}
