import { toVisible } from "../../support/to-visible.ts";
import { entry } from "../entry.ts";

/** MR305x: an artifact is not kept. */
export const artifacts = {
  MR3050: entry<{
    gate: number;
    judge: string;
    score: number;
    min: number;
    why: string | undefined;
  }>({
    name: "gate-not-passed",
    severity: "error",
    why: "A gate lets a value pass to which its judge gives a score of at least `min`. This one was not good enough, and the gate says that this fails the artifact.",
    message: ({ gate, judge, score, min, why }) =>
      `gate ${gate} (${judge}) gave ${score}, and ${min} is the least${why ? `: ${toVisible(why)}` : ""}`,
  }),
  MR3051: entry<{ found: string }>({
    name: "artifact-without-name",
    severity: "error",
    isFinal: true,
    why: "An artifact is found by its name, which may be put together of other nodes' values. What it came to is no name.",
    message: ({ found }) => `\`name\` is ${found}, and a name is text that is not empty`,
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
