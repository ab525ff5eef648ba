import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Code, catalogue } from "../src/diagnostics/catalogue.ts";
import { codeGroups } from "../src/diagnostics/code-groups.ts";
import type { Example } from "../src/diagnostics/example.ts";
import { examplesByCode } from "./examples.ts";

const MUTATIONS = fileURLToPath(new URL("../test/compile/mutations.json", import.meta.url));

/** What people meet most, and what shows best what a finding says. */
const FIRST_TO_SEE: readonly Code[] = [
  "MS2204",
  "MS2102",
  "MS1001",
  "MS1210",
  "MS2003",
  "MS2005",
  "MS2201",
  "MS2202",
  "MS4003",
  "MS1013",
];

const TOP = `<!-- Written by \`npm run docs:checks\` from the catalogue and the golden folders: change those. -->
# Checks

Everything below is found without playing anything. \`maestro validate\` loads each file of \`scores/\`, \`agents/\` and
\`orchestras/\` in a process of its own, which builds the graphs and does nothing else; it looks at the graphs, the schemas
and the options, and beside that runs the workspace's own TypeScript. Only for a file with a finding the source is parsed,
to point at the exact property; \`^\` is what to change, \`-\` is what it clashes with. Every example on this page is a
folder of the compiler's tests, and its text is what was printed.

An \`error\` is what could not work: a score with one is not played, and \`maestro validate\` ends with exit code 1. A
\`warning\` is what probably is not meant, and an \`info\` only tells; with those alone the exit code is 0. Wrong words on
the command line end with 2, a broken environment with 3. Codes and names never change, so they can be searched for:
\`maestro explain MS2204\` shows what stands here, \`maestro explain\` lists every code, those of failed runs too, and
[Checking in CI](ci.md) says how findings get into a pull request.`;

/** A change to a score that is right, and the check that finds it. */
interface Mutation {
  readonly mutation: string;
  readonly code: Code;
}

/** The text of docs/checks.md. */
export function checksPage(mutations: readonly Mutation[] = readMutations()): string {
  const examples = examplesByCode();
  const groups = codeGroups().filter(({ prefix }) => prefix.startsWith("MS"));
  const codes = groups.flatMap((group) => group.codes);
  return `${[
    TOP,
    "## Ten to begin with",
    fence("text", FIRST_TO_SEE.map((code) => examples[code]!.printed).join("\n\n")),
    ...mutationTable(mutations),
    "## All of them",
    table(["Code", "Name", "Severity"], codes.map(toRow)),
    ...groups.flatMap(({ title, prefix, codes }) => [
      `## ${title} (${prefix}xx)`,
      ...codes.flatMap((code) => section(code, examples[code])),
    ]),
  ].join("\n\n")}\n`;
}

function toRow(code: Code): string[] {
  const { name, severity } = catalogue[code];
  return [`[${code}](#${code.toLowerCase()}-${name})`, name, severity];
}

function section(code: Code, example: Example | undefined): string[] {
  const { name, severity, why } = catalogue[code];
  return [
    `### ${code} ${name}`,
    `*${severity}* · ${why}`,
    ...(example?.sources ?? []).flatMap(({ file, text }) => [`\`${file}\``, fence("ts", text)]),
    ...(example ? [fence("text", example.printed)] : []),
  ];
}

/** None where nobody has written them down. */
function readMutations(): readonly Mutation[] {
  return existsSync(MUTATIONS) ? (JSON.parse(readFileSync(MUTATIONS, "utf8")) as Mutation[]) : [];
}

function mutationTable(mutations: readonly Mutation[]): string[] {
  if (mutations.length === 0) return [];
  return [
    "## What a mistake comes to",
    "Each of these was made in a score that is right, and found:",
    table(
      ["Mistake", "Found by"],
      mutations.map(({ mutation, code }) => [mutation, toRow(code)[0]!]),
    ),
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
