import { didYouMean, entry, listed } from "../entry.ts";

/** What runs and steps share, and the order in which they have it. */
export const limits = {
  MS2113: entry<{ node: string; resource: string; known: readonly string[]; guess: string | undefined }>({
    name: "unknown-resource",
    severity: "error",
    why: "A step begins when the resources it needs are free, over all runs. `maestro.config.ts` says how much there is of each: `resources: { gpu: 2 }`.",
    message: ({ node, resource, known }) =>
      `${node} needs the resource "${resource}", and the configuration has ${known.length === 0 ? "none" : `only ${listed(known)}`}.`,
    hint: ({ resource, guess }) =>
      didYouMean(guess) ?? `say how much there is in maestro.config.ts: resources: { ${resource}: 1 }`,
  }),
  MS2114: entry<{ node: string; resource: string; needed: number; capacity: number }>({
    name: "needs-more-than-there-is",
    severity: "error",
    why: "A step that needs more of a resource than there ever is would wait for ever.",
    message: ({ node, resource, needed, capacity }) =>
      `${node} needs ${needed} of the resource "${resource}", and the configuration has ${capacity}.`,
    hint: ({ capacity }) => `let it need at most ${capacity}, or say in maestro.config.ts that there is more`,
  }),
  MS2115: entry<{ node: string }>({
    name: "cached-and-never-twice",
    severity: "error",
    why: 'A step with `retry: "never"` does something that must happen, once. A run that takes the result of another one does not do it at all.',
    message: ({ node }) => `${node} must not happen twice, and its result is kept for other runs.`,
    hint: () => 'take `cache` away, or `retry: "never"` if nothing happens that counts',
  }),
  MS2116: entry<{ node: string; kind: string }>({
    name: "cached-and-not-idempotent",
    severity: "error",
    why: "A run that takes the result of another one does not send the request, or run the program: what that would have changed stays as it is. Only what reads, or says that it may as well happen once, can be kept.",
    message: ({ node, kind }) =>
      `The result of ${node} is kept for other runs, though its ${kind === "http" ? "request" : "program"} may change something each time.`,
    hint: () => "add `idempotent: true` if once is as good as twice, or take `cache` away",
  }),
  MR2035: entry<{ found: string; guess: string | undefined }>({
    name: "priority-invalid",
    severity: "error",
    why: "Of runs and steps that wait, those of a higher priority come first: low (−10), normal (0), high (10), or a number.",
    message: ({ found }) =>
      `The priority is ${found}; it is low, normal, high or a whole number from -100 to 100.`,
    hint: ({ guess }) => didYouMean(guess),
  }),
  MR3065: entry<{ resource: string; known: readonly string[]; guess: string | undefined }>({
    name: "resource-not-there",
    severity: "error",
    isFinal: true,
    why: "A step begins when the resources it needs are free. The configuration, or the program that opened the store, says how much there is of each.",
    message: ({ resource, known }) =>
      `it needs the resource "${resource}", and there is ${known.length === 0 ? "none at all" : `only ${listed(known)}`}`,
    hint: ({ guess, resource }) =>
      didYouMean(guess) ?? `say how much there is in maestro.config.ts: resources: { ${resource}: 1 }`,
  }),
  MR3066: entry<{ resource: string; needed: number; capacity: number }>({
    name: "needs-too-much",
    severity: "error",
    isFinal: true,
    why: "A step that needs more of a resource than there ever is would wait for ever.",
    message: ({ resource, needed, capacity }) =>
      `it needs ${needed} of the resource "${resource}", and there is ${capacity}`,
    hint: () => "let it need less, or say in maestro.config.ts that there is more",
  }),
};
