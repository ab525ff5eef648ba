import { withArticle } from "../../support/with-article.ts";
import { didYouMean, entry } from "../entry.ts";

/** What a module does that reads something of the world. */
const DOES = {
  environment: "reads the environment",
  clock: "asks for the time",
  randomness: "draws a random value",
  network: "asks the network",
  files: "reads the file system",
} as const;

/** Where else to do it. */
const INSTEAD = {
  environment: "read it inside a task's run function",
  clock: "ask inside a task's run function, or take it as the score's input",
  randomness: "draw it inside a task's run function",
  network: "ask inside a task's run function",
  files: "read inside a task's run function, or put the text into a module and import that",
} as const;

/** How an orchestra binds the variable that was read. */
function bound(what: string): string {
  const name = /^process\.env\.(\w+)$/.exec(what)?.[1] ?? "NAME";
  return `secrets: { ${name}: env("${name}") }`;
}

/** The name of a package at the beginning of an import. */
const PACKAGE = /^(?:@[\w.~-]+\/)?[A-Za-z0-9~-][\w.~-]*(?=\/|$)/;

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
    hint: ({ detail }) =>
      detail.includes("outside a module")
        ? "package.json says that its files are CommonJS, and these are ES modules: npm pkg set type=module"
        : undefined,
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
  MS1008: entry<{
    kind: "environment" | "clock" | "randomness" | "network" | "files";
    /** As its author writes it: `Date.now()`. */
    what: string;
  }>({
    name: "impure-evaluation",
    severity: "warning",
    why: "A definition has to come out the same whenever and wherever it is loaded: here to be checked, elsewhere to be played. What it reads of the world while it is loaded differs there, variables of the environment are mostly not set here, and nobody notices when a file changes. The configuration may read the environment: it is about one machine, and no part of a plan.",
    message: ({ kind, what }) => `Loading this file ${DOES[kind]}: ${what}.`,
    hint: ({ kind, what }) =>
      kind === "environment"
        ? `${INSTEAD[kind]}; for a secret: ${bound(what)} in an orchestra`
        : INSTEAD[kind],
  }),
  MS1009: entry<{ score: string; node: string | undefined }>({
    name: "evaluation-differs",
    severity: "error",
    why: "`maestro validate --strict` loads everything twice, in two processes, and compares the plans. A score whose plan depends on when or where it is loaded is another one when it is played than the one that was checked.",
    message: ({ score, node }) =>
      node === undefined
        ? `Score "${score}" comes out differently when it is loaded twice.`
        : `Node "${node}" of score "${score}" comes out differently when it is loaded twice.`,
    hint: () => "look for the clock, a random number or what another process changes; read that in a task",
  }),
  MS1010: entry<{ copies: readonly { readonly place: string; readonly version: string }[] }>({
    name: "two-copies",
    severity: "error",
    why: "Each copy of maestro-ts has its own idea of nodes and references: what one builds the other does not know, or understands by the rules of another version.",
    message: ({ copies }) =>
      `Loading this file loads ${copies.length === 2 ? "two" : copies.length} copies of maestro-ts: ${copies.map(({ place, version }) => `${version} in ${place}`).join(" and ")}.`,
    hint: () => "keep one: ask for the same version everywhere, then npm dedupe",
  }),
  MS1011: entry<{ what: string; instead: string }>({
    name: "not-erasable",
    severity: "warning",
    why: "Node loads TypeScript by leaving the types out. What has to be rewritten instead makes tsx load the whole workspace, which takes longer, since no module may exist twice. `erasableSyntaxOnly` and `verbatimModuleSyntax` in tsconfig.json make an editor say so at once.",
    message: ({ what }) => `Because of ${what}, tsx has to load the workspace instead of Node.`,
    hint: ({ instead }) => instead,
  }),
  MS1012: entry<{ what: string; how: string }>({
    name: "left-open",
    severity: "warning",
    why: "The process that plays a score loads its modules as well. What they leave open keeps that process from ending, and goes on beside every run.",
    message: ({ what, how }) => `Loading this file leaves ${what} open: ${how}().`,
    hint: () => "open it in a task's run function, and close it there",
  }),
  MS1013: entry<{
    specifier: string;
    what: "agent" | "score" | "module";
    /** The export that a module which is there does not have. */
    name: string | undefined;
    guess: string | undefined;
    /** It is declared there as a type, which does not exist when the module runs. */
    isType?: boolean;
  }>({
    name: "missing-import",
    severity: "error",
    isFatal: true,
    why: "The file imports something that is not there.",
    message: ({ specifier, what, name, isType }) => {
      if (name === undefined) return `There is no ${what} at "${specifier}".`;
      if (isType) return `"${specifier}" exports "${name}" as a type, and it is imported as a value.`;
      return `"${specifier}" exports nothing called "${name}".`;
    },
    hint: ({ guess, specifier, name, isType }) =>
      (isType ? `write: import { type ${name} }` : didYouMean(guess)) ??
      (PACKAGE.test(specifier) && name === undefined
        ? `install it: npm install ${PACKAGE.exec(specifier)![0]}`
        : undefined),
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
    why: "A module that replaces the language's own functions, or gives every object a property, changes how every other module behaves. They were put back after it was loaded.",
    message: ({ names }) =>
      `Loading this file changed ${names.slice(0, 3).join(", ")}${names.length > 3 ? ` and ${names.length - 3} more` : ""}.`,
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
  MS1102: entry<{ what: string; reason: string } & ({ id: string } | { found: string })>({
    name: "invalid-name",
    severity: "error",
    isFatal: true,
    why: "Ids and node names appear in commands, paths and stored keys, so they keep to letters, digits, - and _.",
    message: ({ what, reason, ...named }) =>
      "id" in named
        ? `"${named.id}" cannot be the name of ${withArticle(what)}: ${reason}.`
        : `The id of ${withArticle(what)} is ${named.found}: ${reason}.`,
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
  MS1213: entry<{ ref: string; built: "node" | "reference"; way: "if" | "choice" | "default" | "same" }>({
    name: "reference-as-condition",
    severity: "error",
    why: "JavaScript decides while the module is read, and a reference is an object then: it counts as true, whatever its value will be when the score runs.",
    message: ({ ref, built, way }) => {
      const what = `\`${ref}\` is a ${built}`;
      if (way === "same")
        return `${what}, and never the same as a value: this is decided before the score runs.`;
      if (way === "default")
        return `${what}, which is never missing here: what stands in for it is never taken.`;
      return `${what}, which always counts as true: this is decided before the score runs.`;
    },
    hint: ({ way }) =>
      way === "default"
        ? "use oneOf(first, second) to take the first value that is there"
        : way === "choice"
          ? "decide while the score runs: derive([…], (value) => …) for a value, branch(…) and `when` for nodes"
          : "decide while the score runs: branch(…) or switchOn(…), and `when` on the nodes",
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
