import { withArticle } from "../../support/with-article.ts";
import { entry, listed } from "../entry.ts";

/** MS20xx and MS22xx: the graph of a score cannot be played as it is drawn. */
export const graph = {
  MS2001: entry<{ reader: string; kind: string; name: string | undefined }>({
    name: "unlisted-node",
    severity: "error",
    isFatal: true,
    why: "A node's key in `nodes` is its durable name. One that is read but not listed has none, so its result could not be kept.",
    message: ({ reader, kind, name }) =>
      `${reader} reads ${name === undefined ? `${withArticle(kind)} node that` : `\`${name}\`, ${withArticle(kind)} node that`} is not listed in \`nodes\`.`,
    hint: ({ name }) => `add ${name === undefined ? "it" : `\`${name}\``} to \`nodes\``,
  }),
  MS2002: entry<{ reader: string; node: string }>({
    name: "node-out-of-scope",
    severity: "error",
    isFatal: true,
    why: "What is made inside a map's `each` exists once per item, and a node of another score not at all here.",
    message: ({ reader, node }) =>
      `${reader} reads ${node}, which belongs to another score or to the inside of a map.`,
    hint: () => "read the map's own output, which holds one entry per item, or pass the value in",
  }),
  MS2003: entry<{ score: string; path: readonly string[] }>({
    name: "cycle",
    severity: "error",
    isFatal: true,
    why: "Nodes that wait for each other never start.",
    message: ({ score, path }) => `Nodes of "${score}" wait for each other: ${path.join(" → ")}.`,
    hint: () => "a score has no cycles; drop one `after` or one reference of the circle",
  }),
  MS2004: entry<{ path: readonly string[] }>({
    name: "score-circle",
    severity: "error",
    why: "Scores that play each other in a circle start runs for ever, unless one of the nodes says how deep it may go.",
    message: ({ path }) =>
      path.length === 2
        ? `"${path[0]}" plays itself without end.`
        : `Scores play each other without end: ${path.join(" → ")}.`,
    hint: () => "say how deep it may go: score(…, { maxDepth: 3, … })",
  }),
  MS2005: entry<{ node: string; why: string }>({
    name: "never-runs",
    severity: "error",
    why: "The conditions on the way to this node contradict each other, so it would be skipped in every run.",
    message: ({ node, why }) => `"${node}" can never run: ${why}.`,
    hint: () => "take one of the guards away, or join the paths with oneOf()",
  }),
  MS2006: entry<{ kind: string }>({
    name: "unused-node",
    severity: "warning",
    why: "A node that is built, but neither listed nor read, is not part of the score and never runs.",
    message: ({ kind }) => `This ${kind} node is neither listed in \`nodes\` nor read by another node.`,
    hint: () => "add it to `nodes`, or delete it",
  }),
  MS2007: entry<{ node: string; kind: string }>({
    name: "dead-output",
    severity: "warning",
    why: "All that this node does is give a value, and nothing reads it: the work, and with a model the money, is for nothing.",
    message: ({ node, kind }) =>
      kind === "branch" || kind === "switchOn"
        ? `Nothing is decided by "${node}": no node is guarded by its cases, and nobody reads it.`
        : `Nobody reads what "${node}" gives.`,
    hint: ({ kind }) =>
      kind === "branch" || kind === "switchOn"
        ? `guard nodes with ${kind === "branch" ? "`when: x.yes` and `when: x.no`" : "`when: x.is(…)` and `when: x.otherwise`"}, or delete it`
        : "read it in another node or in `output`, or delete it",
  }),
  MS2008: entry<{ node: string; other: string; way: string }>({
    name: "redundant-after",
    severity: "info",
    why: "The order is already there, so this `after` changes nothing and hides those that do.",
    message: ({ node, other, way }) => `"${node}" waits for "${other}" anyway: ${way}.`,
    hint: () => "leave it out of `after`",
  }),
  MS2009: entry<{ score: string }>({
    name: "empty-score",
    severity: "error",
    why: "A score without nodes does nothing.",
    message: ({ score }) => `"${score}" has no nodes.`,
    hint: () => "add at least one task to `nodes`",
  }),
  MS2010: entry<{ score: string; count: number; most: number }>({
    name: "large-score",
    severity: "warning",
    why: "A graph of hundreds of nodes cannot be read or drawn, and every change to it is a change to all of it.",
    message: ({ score, count, most }) =>
      `"${score}" has ${count.toLocaleString("en")} nodes; up to ${most} can be read as one graph.`,
    hint: () => "put what belongs together into scores of their own, and play them with score(…)",
  }),
  MS2201: entry<{ node: string; wrong: string; known: readonly string[]; guess: string | undefined }>({
    name: "unknown-case",
    severity: "error",
    why: "A case outside the union is never taken.",
    message: ({ node, wrong, known }) =>
      `"${wrong}" is not a value of switch "${node}" (it has: ${listed(known)}).`,
    hint: ({ guess }) => (guess === undefined ? undefined : `did you mean "${guess}"?`),
  }),
  MS2202: entry<{ node: string; missing: readonly string[] }>({
    name: "switch-not-exhaustive",
    severity: "warning",
    why: "A value that no case takes ends in a run that does less than it looks.",
    message: ({ node, missing }) => `Switch "${node}" has no case for ${listed(missing)}.`,
    hint: ({ node, missing }) =>
      `add a node with \`when: ${node}.is(${JSON.stringify(missing[0])})\`, or one with \`when: ${node}.otherwise\``,
  }),
  MS2204: entry<{ reader: string; node: string | undefined; because: string }>({
    name: "may-be-absent",
    severity: "error",
    why: "When a node is skipped, its output does not exist. Whoever reads it has to say what then.",
    message: ({ reader, node, because }) =>
      node === undefined
        ? `${reader} reads a value that may be absent: ${because}.`
        : `${reader} reads "${node}", which may be skipped (${because}).`,
    hint: ({ node }) =>
      node === undefined
        ? "add an alternative that is always there, or read it through optional(…)"
        : `read it through optional(${node}.output…) or oneOf(${node}.output…, …), or guard the reader the same way`,
  }),
  MS2203: entry<{ node: string; other: string; because: string; isGuarded: boolean }>({
    name: "after-a-node-that-may-be-skipped",
    severity: "warning",
    why: "A node that is ordered after one that was skipped is skipped too, unless it says otherwise.",
    message: ({ node, other, because }) =>
      `"${node}" waits for "${other}", which may be skipped (${because}), and is skipped with it.`,
    hint: ({ isGuarded }) =>
      `say \`onSkip: "run"\` to play it all the same${isGuarded ? ", or give it the same `when`" : ""}`,
  }),
  MS2205: entry<{ loop: string; max: number }>({
    name: "loop-cannot-end",
    severity: "error",
    why: "`until` is looked at after each turn. When nothing it looks at can change from one turn to the next, a loop that goes on after its first turn goes on to `max`, and fails there.",
    message: ({ loop, max }) =>
      `\`until\` of "${loop}" is the same after every turn: unless the first one ends it, the loop fails after turn ${max.toLocaleString("en")}.`,
    hint: () => "look at what the turn computes, or at a part of the state that `next` changes",
  }),
  MS2210: entry<{ node: string; phase: string; known: readonly string[]; guess: string | undefined }>({
    name: "unknown-phase",
    severity: "error",
    why: "Phases come in the order in which the score lists them. One that is not listed has no place in it, and its nodes would wait for nothing.",
    message: ({ node, phase, known }) =>
      known.length === 0
        ? `${node} belongs to phase "${phase}", and the score lists no phases.`
        : `${node} belongs to phase "${phase}", which the score does not have (it has: ${listed(known)}).`,
    hint: ({ phase, known, guess }) =>
      known.length === 0
        ? `list them in their order, in defineScore: phases: [${JSON.stringify(phase)}]`
        : guess === undefined
          ? "add it to `phases` of the score, where it comes"
          : `did you mean "${guess}"?`,
  }),
  MS2211: entry<{
    node: string;
    phase: string;
    other: string;
    later: string;
    through: string | undefined;
  }>({
    name: "phase-runs-backwards",
    severity: "error",
    why: "A phase begins when those before are over. A node that waits for one of a later phase would wait for ever, and so would everything after it.",
    message: ({ node, phase, other, later, through }) =>
      `${node} of phase "${phase}" waits for "${other}" of the later phase "${later}"${through === undefined ? "" : `, through ${through.replace(/^A /, "a ")}`}.`,
    hint: ({ node, later }) => `move ${node} to phase "${later}", or the other one to an earlier one`,
  }),
  MS2206: entry<{ map: string; kind: string; atOnce: number; maxItems: number }>({
    name: "unbounded-fan-out",
    severity: "warning",
    why: "What stands behind an agent, a request or a program has limits of its own, and answers a flood with errors.",
    message: ({ map, kind, atOnce, maxItems }) =>
      `"${map}" plays ${KINDS[kind] ?? kind} for each of up to ${maxItems.toLocaleString("en")} items, ${atOnce.toLocaleString("en")} at once.`,
    hint: () =>
      "say how many may be under way: `concurrency: 4`, or how long the list may be: `.max(…)` in its schema",
  }),
  MS2207: entry<{ reader: string; node: string | undefined }>({
    name: "handler-reads-what-may-be-missing",
    severity: "error",
    why: "`onError` is played when a run has failed, which can be before any of its nodes gave a value. A node that reads one that is missing is skipped: nobody would be told of the failure.",
    message: ({ reader, node }) =>
      `${reader} is played when the run has failed, and reads ${node === undefined ? "a value" : `"${node}"`}, which may not exist then.`,
    hint: ({ node }) =>
      node === undefined
        ? "read it through optional(…), or through oneOf(…) with a value that is always there"
        : `read it through optional(${node}.output…) or oneOf(${node}.output…, …)`,
  }),
};

const KINDS: Readonly<Record<string, string>> = {
  agent: "an agent",
  http: "a request",
  shell: "a program",
  score: "a score",
};
