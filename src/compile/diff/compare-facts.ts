import type { Change, Weight } from "./change.ts";
import type { Fact, Facts } from "./node-facts.ts";

/** What differs between the facts of one node, in the order in which they are written down. */
export function compareFacts(node: string | undefined, before: Facts, after: Facts): Change[] {
  const changes: Change[] = [];
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const [from, to] = [before.get(path), after.get(path)];
    if (from?.text !== to?.text) changes.push(toChange(node, path, from, to));
  }
  return changes;
}

function toChange(
  node: string | undefined,
  path: string,
  from: Fact | undefined,
  to: Fact | undefined,
): Change {
  const { aspect } = (from ?? to)!;
  const about = { ...(node === undefined ? {} : { node }), aspect, weight: weightOf(path, from, to) };
  if (aspect === "edge") {
    const name = (from ?? to)!.text;
    return { ...about, words: to ? `reads ${name} now` : `reads ${name} no more` };
  }
  if (aspect === "order" && path !== "onSkip") {
    const name = (from ?? to)!.text;
    return { ...about, words: to ? `comes after ${name} now` : `does not wait for ${name} any more` };
  }
  return {
    ...about,
    path,
    words: from && to ? "" : to ? "added" : "removed",
    ...(from ? { from: from.text } : {}),
    ...(to ? { to: to.text } : {}),
  };
}

/** Limits alone change nothing of what a run gives; less room, a gap instead of a failure or asking again do. */
function weightOf(path: string, from: Fact | undefined, to: Fact | undefined): Weight {
  const { aspect } = (from ?? to)!;
  if (aspect === "output") return to === undefined ? "breaking" : from === undefined ? "safe" : "review";
  if (aspect === "title") return "safe";
  if (aspect !== "policy") return "review";
  if (path === "timeout" || path === "concurrency") return "safe";
  if (path === "maxItems") return Number(to?.text) < Number(from?.text) ? "review" : "safe";
  if (path === "retry") return [from?.text, to?.text].includes("never") ? "review" : "safe";
  return "review";
}
