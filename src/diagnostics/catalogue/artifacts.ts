import { toVisible } from "../../support/to-visible.ts";
import { didYouMean, entry, listed } from "../entry.ts";

/** MS311x: values that cannot be made anew. MR2043: one is asked for that is not there. MR305x: an artifact is not kept. */
export const artifacts = {
  MS3110: entry<{ artifact: string; onFail: string }>({
    name: "nothing-to-make-anew",
    severity: "error",
    why: 'A gate that says "retry" or "escalate" has what made the value played again: the tasks, agents, requests and programs beside the artifact that its value reads, itself or through a text, a derive or a oneOf.',
    message: ({ artifact, onFail }) =>
      `A gate of "${artifact}" says "${onFail}", and its value is made by nothing that could be played again.`,
    hint: () => 'let its value read a task or an agent beside it; else onFail: "fail" or "checkpoint"',
  }),
  MS3111: entry<{ artifact: string; maker: string; why: string }>({
    name: "made-only-once",
    severity: "error",
    why: "What a gate has made anew is played again, and each time it has another idempotency key. What must not happen twice cannot be played for a better value.",
    message: ({ artifact, maker, why }) =>
      `A gate of "${artifact}" has "${maker}" played again, which ${why}.`,
    hint: ({ maker }) =>
      `make the value in a node that may be played again, and do once what "${maker}" does after the artifact`,
  }),
  MS3112: entry<{ artifact: string; other: string; maker: string }>({
    name: "made-for-two-artifacts",
    severity: "error",
    why: "Whoever reads a value that may be made anew waits until its artifact is content. Two artifacts that have the same node played again would wait for each other.",
    message: ({ artifact, other, maker }) =>
      `"${artifact}" and "${other}" both have "${maker}" played again.`,
    hint: ({ artifact, other }) =>
      `let "${artifact}" keep what "${other}" gives, or put all gates on one of them`,
  }),
  /** `how`: `"title" reads "draft"`. */
  MS3113: entry<{ artifact: string; how: string }>({
    name: "read-before-kept",
    severity: "error",
    why: "A value that may be made anew is read by nobody before its artifact is content, so that nobody has read another one. What the artifact itself waits for cannot wait for it.",
    message: ({ artifact, how }) =>
      `${how}, which "${artifact}" may have made anew, and "${artifact}" waits for it.`,
    hint: ({ artifact }) =>
      `let it read the output of "${artifact}", or keep it out of what "${artifact}" reads`,
  }),
  MS3114: entry<{ artifact: string; other: string; name: string }>({
    name: "two-artifacts-one-name",
    severity: "error",
    why: "An artifact is found by its name, and a run keeps one of each: the second one fails.",
    message: ({ artifact, other, name }) =>
      `"${artifact}" and "${other}" are both kept as "${toVisible(name)}".`,
    hint: () => "give each a name of its own",
  }),
  MR2043: entry<{ run: string; name: string; names: readonly string[]; guess: string | undefined }>({
    name: "unknown-artifact",
    severity: "error",
    why: "An artifact is found by the name that its node gives it. It is kept when its gates have let it pass.",
    message: ({ run, name, names }) =>
      `Run ${run} has kept no artifact "${name}" (there are: ${names.length === 0 ? "none" : listed(names)}).`,
    hint: ({ guess }) => didYouMean(guess),
  }),
  MR3050: entry<{
    gate: number;
    judge: string;
    score: number;
    min: number;
    why: string | undefined;
    /** How many were made. */
    values: number;
  }>({
    name: "gate-not-passed",
    severity: "error",
    why: "A gate lets a value pass to which its judge gives a score of at least `min`. This one was not good enough, and the gate says that this fails the artifact.",
    message: ({ gate, judge, score, min, why, values }) =>
      `gate ${gate} (${judge}) gave ${score}${values > 1 ? ` to the last of ${values} values` : ""}, and ${min} is the least${why ? `: ${toVisible(why)}` : ""}`,
  }),
  MR3051: entry<{ found: string }>({
    name: "artifact-without-name",
    severity: "error",
    isFinal: true,
    why: "An artifact is found by its name, which may be put together of other nodes' values. What it came to is no name.",
    message: ({ found }) => `\`name\` is ${found}, and a name is text that is not empty`,
  }),
  MR3055: entry<{ artifacts: readonly string[]; places: readonly string[]; conflict: string }>({
    name: "artifacts-conflict",
    severity: "error",
    isFinal: true,
    why: "The score says what holds between these artifacts, and it does not.",
    message: ({ places, conflict }) => `${listed(places)}: ${toVisible(String(conflict))}`,
  }),
  MR3056: entry<{ artifacts: readonly string[]; found: string }>({
    name: "harmony-unclear",
    severity: "error",
    isFinal: true,
    why: "A harmony says true when it holds, false when it does not, or what is wrong: { conflict, paths }.",
    message: ({ artifacts, found }) =>
      `what is said of ${listed(artifacts)} is ${toVisible(String(found))}, and that is neither true, false nor a conflict`,
  }),
  MR3054: entry<{ to: string; detail: string }>({
    name: "not-convertible",
    severity: "error",
    why: "A conversion reads a value as another shape: a text as JSON, as lines, as Markdown with front matter. What came is not of that shape.",
    message: ({ to, detail }) => `it cannot be read as ${to}: ${toVisible(detail)}`,
  }),
  MR3053: entry<{ name: string; other: string }>({
    name: "artifact-name-taken",
    severity: "error",
    isFinal: true,
    why: "An artifact is found by its name, so a run keeps one of each. The first that was kept has the name.",
    message: ({ name, other }) =>
      `this run keeps an artifact "${toVisible(name)}" already, that of step "${other}"`,
    hint: () => `put the item, its index or the turn into the name: text\`letter-\${index}\``,
  }),
  MR3052: entry<{ gate: number; judge: string; score: number; min: number; note: string | undefined }>({
    name: "artifact-rejected",
    severity: "error",
    isFinal: true,
    why: "A judge found the value wanting, and the person who was asked did not let it pass.",
    message: ({ gate, judge, score, min, note }) =>
      `gate ${gate} (${judge}) gave ${score} of at least ${min}, and a person rejected it${note ? `: ${toVisible(note)}` : ""}`,
  }),
};
