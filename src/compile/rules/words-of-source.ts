import type { GraphNode } from "../graph/score-graph.ts";
import type { Source } from "../graph/taint.ts";

/** Where a value comes from, as a message begins. */
export function wordsOfSource(source: Exclude<Source, { is: "secret" }>): string {
  switch (source.is) {
    case "input":
      return "The run's input";
    case "failure":
      return "What the failed step said";
    case "model":
    case "outside": {
      const { node } = source;
      if (source.is === "model") return `What the model answered in ${nameOf(node)}`;
      return node.plan.kind === "shell"
        ? `What the program of ${nameOf(node)} printed`
        : `The answer to ${nameOf(node)}`;
    }
    default:
      return source satisfies never;
  }
}

/** As its author knows it: what a map or `onError` plays alone has their name. */
export function nameOf({ name, scope }: GraphNode): string {
  if (scope.body.single) return scope.owner ? `"${scope.owner.name}"` : "onError";
  return `"${name}"`;
}
