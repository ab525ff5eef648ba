import { didYouMean, entry, withArticle } from "../entry.ts";

/** Why a `maestro-ignore` comment suppresses nothing. */
export interface SuppressionProblem {
  readonly why: "unused" | "unknown" | "error" | "noReason" | "noCode";
  /** As it was written; empty when there is none. */
  readonly code: string;
  readonly guess: string | undefined;
}

/** MS1xxx: a file cannot be loaded, or what it exports cannot be used. */
export const loading = {
  MS1001: entry<{ text: string; hint: string | undefined }>({
    name: "type-error",
    severity: "error",
    why: "TypeScript finds this before anything runs. Where its text is about references, it is said in the words of a score, and TypeScript's own follows.",
    message: ({ text }) => text,
    hint: ({ hint }) => hint,
  }),
  MS1002: entry<{
    file: string;
    wanted: string;
    /** What is exported, in words; `undefined` when nothing is. */
    found: string | undefined;
    /** The folder for it, when it is another kind of definition. */
    folder: string | undefined;
  }>({
    name: "wrong-default-export",
    severity: "error",
    isFatal: true,
    why: "Each file in scores/, agents/ and orchestras/ describes one thing, and its default export is that thing. Without it the file plays no part, silently.",
    message: ({ wanted, found }) =>
      found === undefined
        ? `This file has no default export, which has to be ${withArticle(wanted)}.`
        : `The default export has to be ${withArticle(wanted)}, and it is ${found}.`,
    hint: ({ wanted, folder }) =>
      folder !== undefined
        ? `move the file to ${folder}/`
        : `write: export default define${wanted[0]!.toUpperCase()}${wanted.slice(1)}({ … }), or move shared code to a lib/ folder`,
  }),
  MS1003: entry<{ detail: string }>({
    name: "syntax-error",
    severity: "error",
    isFatal: true,
    why: "The file is not valid TypeScript.",
    message: ({ detail }) => `Syntax error: ${detail}.`,
  }),
  MS1004: entry<{ name: string; detail: string }>({
    name: "threw-while-loading",
    severity: "error",
    isFatal: true,
    why: "Loading a definition runs its module once. A module only describes: what can fail belongs inside a task.",
    message: ({ name, detail }) => `Loading this file threw ${name}: ${detail}`,
    hint: ({ detail }) =>
      detail.includes("before initialization")
        ? "move the declaration above its first use; between files, break the cycle of imports"
        : "move what can fail into a task's run function",
  }),
  MS1005: entry<{ seconds: number }>({
    name: "loading-never-ends",
    severity: "error",
    isFatal: true,
    why: "Loading has to end by itself: an endless loop or a top-level await that never settles would stop every command.",
    message: ({ seconds }) => `Loading this file had not ended after ${seconds} s.`,
    hint: () => "look for an endless loop or a top-level await that waits for something outside",
  }),
  MS1006: entry<{ files: readonly string[] }>({
    name: "import-cycle",
    severity: "error",
    isFatal: true,
    why: "Files that import each other see one another half-loaded, so a definition would be read before it exists.",
    message: ({ files }) => `These files import each other: ${[...files, files[0]].join(" → ")}.`,
    hint: () => "move what both need into a third file that imports neither",
  }),
  MS1007: entry<{ how: string }>({
    name: "process-ended-while-loading",
    severity: "error",
    isFatal: true,
    why: "Definitions are loaded in a process of their own. This file ended it, so nothing after it could be read.",
    message: ({ how }) => `Loading this file ended the process: ${how}.`,
    hint: () => "a module only describes; move such code into a task's run function",
  }),
  MS1013: entry<{
    specifier: string;
    what: "agent" | "score" | "module";
    /** The export that a module which is there does not have. */
    name: string | undefined;
    guess: string | undefined;
  }>({
    name: "missing-import",
    severity: "error",
    isFatal: true,
    why: "The file imports something that is not there.",
    message: ({ specifier, what, name }) =>
      name === undefined
        ? `There is no ${what} at "${specifier}".`
        : `"${specifier}" exports nothing called "${name}".`,
    hint: ({ guess, specifier, name }) =>
      didYouMean(guess) ??
      (/^[.#/]/.test(specifier) || name !== undefined
        ? undefined
        : `install it: npm install ${specifier
            .split("/")
            .slice(0, specifier.startsWith("@") ? 2 : 1)
            .join("/")}`),
  }),
  MS1014: entry<{ found: string }>({
    name: "not-a-file",
    severity: "error",
    why: "Files in scores/, agents/ and orchestras/ are read as definitions. What only has the name of one cannot be.",
    message: ({ found }) => `This has the name of a TypeScript file, and it is ${found}.`,
    hint: () => "rename it, or move it out of this folder",
  }),
  MS1015: entry<{ names: readonly string[] }>({
    name: "builtin-changed",
    severity: "warning",
    why: "A module that replaces the language's own functions changes how every other module behaves. They were put back after it was loaded.",
    message: ({ names }) =>
      `Loading this file replaced ${names.slice(0, 3).join(", ")}${names.length > 3 ? ` and ${names.length - 3} more` : ""}.`,
    hint: () => "put such a function into a module of its own, under another name",
  }),
  MS1016: entry<SuppressionProblem>({
    name: "unused-suppression",
    severity: "warning",
    why: "A comment `// maestro-ignore MS2007: reason` keeps a warning of the next line, or of its own, out of sight. One that suppresses nothing is a leftover, and would hide what comes later.",
    message: (problem) => suppressionText(problem),
    hint: (problem) => suppressionHint(problem),
  }),
  MS1101: entry<{ what: string; id: string }>({
    name: "duplicate-id",
    severity: "error",
    isFatal: true,
    why: "An id names one thing for ever: commands, history and schedules find it by that.",
    message: ({ what, id }) => `Two ${what}s have the id "${id}".`,
    hint: () => "give one of them another id",
  }),
  MS1102: entry<{ what: string; id: string; reason: string }>({
    name: "invalid-name",
    severity: "error",
    isFatal: true,
    why: "Ids and node names appear in commands, paths and stored keys, so they keep to letters, digits, - and _.",
    message: ({ what, id, reason }) => `"${id}" cannot be the name of ${withArticle(what)}: ${reason}.`,
    hint: () => "begin with a letter; then letters, digits, - and _; 64 characters at most",
  }),
  MS1103: entry<{ what: string; id: string; file: string }>({
    name: "file-name-differs",
    severity: "warning",
    why: "People look for a score in the file of its name.",
    message: ({ what, id, file }) => `The ${what} "${id}" stands in ${file}.`,
    hint: ({ id }) => `rename the file to ${id}.ts, or the id`,
  }),
  MS1104: entry<{ first: string; second: string }>({
    name: "node-listed-twice",
    severity: "error",
    isFatal: true,
    why: "A node's key in `nodes` is its identity in the journal, so it can have only one.",
    message: ({ first, second }) => `The same node is listed as "${first}" and as "${second}".`,
    hint: () => "keep one of the two; build a second node if the work is to be done twice",
  }),
  MS1105: entry<{ key: string; found: string }>({
    name: "not-a-node",
    severity: "error",
    isFatal: true,
    why: "`nodes` lists what the score plays.",
    message: ({ key, found }) => `"${key}" in \`nodes\` is not a node: it is ${found}.`,
    hint: () => "list what task(), map(), branch() and the other constructors return",
  }),
  MS1210: entry<{ ref: string }>({
    name: "reference-used-as-value",
    severity: "error",
    isFatal: true,
    why: "A reference stands for a value that exists only while the score runs. Here the module is only being read.",
    message: ({ ref }) => `\`${ref}\` is a reference, and here it is used as a value.`,
    hint: () => "use text`…` to build a string, derive([…], fn) to compute, branch() or eq() to decide",
  }),
  MS1211: entry<{ ref: string }>({
    name: "reference-written",
    severity: "error",
    isFatal: true,
    why: "A reference stands for another node's result; it cannot be changed.",
    message: ({ ref }) => `\`${ref}\` is a reference and cannot be assigned to or deleted.`,
    hint: () => "compute a new value with derive([…], fn) or in a task",
  }),
  MS1212: entry<{ ref: string }>({
    name: "reference-called",
    severity: "error",
    isFatal: true,
    why: "A reference has no methods: the value it stands for does not exist yet.",
    message: ({ ref }) => `\`${ref}\` is a reference and cannot be called.`,
    hint: () => "call methods inside derive([…], (value) => …) or in a task; map(…) goes over lists",
  }),
};

const FORM = "write: // maestro-ignore";

function suppressionText({ why, code }: SuppressionProblem): string {
  switch (why) {
    case "unknown":
      return `There is no code "${code}" that could be suppressed.`;
    case "error":
      return `${code} is an error here, and errors cannot be suppressed.`;
    case "noReason":
      return `The suppression of ${code} gives no reason, so it suppresses nothing.`;
    case "noCode":
      return "This suppression names no code, so it suppresses nothing.";
    default:
      return `There is no ${code} here that this comment could suppress.`;
  }
}

function suppressionHint({ why, code, guess }: SuppressionProblem): string | undefined {
  switch (why) {
    case "unknown":
      return didYouMean(guess);
    case "error":
      return "mend what it says";
    case "noReason":
      return `${FORM} ${code}: why it is right here`;
    case "noCode":
      return `${FORM} MS2006: why it is right here`;
    default:
      return "delete the comment";
  }
}
