import { entry, listed } from "../entry.ts";

/** MS20xx and MS22xx: the graph of a score cannot be played as it is drawn. */
export const graph = {
  MS2001: entry<{ reader: string; kind: string; name: string | undefined }>({
    name: "unlisted-node",
    severity: "error",
    isFatal: true,
    why: "A node's key in `nodes` is its durable name. One that is read but not listed has none, so its result could not be kept.",
    message: ({ reader, kind, name }) =>
      `${reader} reads ${name === undefined ? `a ${kind} node that` : `\`${name}\`, a ${kind} node that`} is not listed in \`nodes\`.`,
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
  MS2009: entry<{ score: string }>({
    name: "empty-score",
    severity: "error",
    why: "A score without nodes does nothing.",
    message: ({ score }) => `"${score}" has no nodes.`,
    hint: () => "add at least one task to `nodes`",
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
};
