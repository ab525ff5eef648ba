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
  if (aspect === "order" && path.startsWith("after ")) {
    const name = (from ?? to)!.text;
    return { ...about, words: to ? `comes after ${name} now` : `does not wait for ${name} any more` };
  }
  if (aspect === "secret" && path.startsWith("secrets.") && node !== undefined) {
    const name = (from ?? to)!.text;
    return { ...about, words: `is given the secret ${name} ${to ? "now" : "no more"}` };
  }
  if (aspect === "tool") {
    const name = (from ?? to)!.text;
    return { ...about, words: `may call ${name} ${to ? "now" : "no more"}` };
  }
  if (path.startsWith("skills.")) {
    const name = (from ?? to)!.text;
    return { ...about, words: `has the skill ${name} ${to ? "now" : "no more"}` };
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
  const limit = path.split(".").at(-1)!;
  if (limit === "concurrency" || SHARING.test(path)) return "safe";
  const unlimited = UNLIMITED[limit];
  if (unlimited === undefined) return "review";
  const [before, after] = [from, to].map((fact) => (fact ? (fact.room ?? Number.NaN) : unlimited));
  return after! >= before! ? "safe" : "review";
}

/** They say when something begins, and nothing else. */
const SHARING = /^(resources|tags|runs)\b/;

/** What leaves more room when it is larger, and how much there is where nothing is said. */
const UNLIMITED: Readonly<Record<string, number>> = {
  timeout: Number.POSITIVE_INFINITY,
  retry: 1,
  max: 0,
  maxItems: 0,
  maxDepth: 0,
  maxTurns: 10,
  maxTokens: Number.POSITIVE_INFINITY,
};
