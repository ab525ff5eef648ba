import type { Code } from "../../diagnostics/catalogue.ts";
import { codeGroups } from "../../diagnostics/code-groups.ts";
import { readExamples } from "../../diagnostics/example.ts";
import { closestCodes, entryOf, explain } from "../../diagnostics/explain.ts";
import { EXAMPLES } from "../../paths.ts";
import { toColors } from "../../support/colors.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { UsageError } from "../usage-error.ts";

const COLOR_OF = { error: "red", warning: "yellow", info: "blue" } as const;

/** `maestro explain [code]`: what a code means, with an example; without a code, all there are. */
export async function run(
  io: Io,
  [text]: string[],
  { json = false }: { readonly json?: boolean } = {},
): Promise<ExitCode> {
  if (text === undefined) io.write(json ? toJson(allCodes()) : toList(io));
  else {
    const code = codeOf(text);
    const example = readExamples(EXAMPLES)[code];
    io.write(json ? toJson({ ...asData(code), example }) : `${explain(code, example)}\n`);
  }
  return EXIT.ok;
}

function codeOf(text: string): Code {
  const near = closestCodes(text);
  if (near.length === 1) return near[0]!;
  throw new UsageError(
    `There is no code "${text}".`,
    near.length > 0 ? `did you mean ${near.join(" or ")}?` : "all there are: maestro explain",
  );
}

/** All codes by what they are about, each with its name and severity. */
function toList({ hasColor }: Io): string {
  const paint = toColors(hasColor);
  const line = (code: Code) => {
    const { name, severity } = entryOf(code);
    return `  ${code}  ${paint[COLOR_OF[severity]](severity.padEnd("warning".length))}  ${name}`;
  };
  const groups = codeGroups().map(({ title, codes }) => [paint.bold(title), ...codes.map(line)].join("\n"));
  return `${[...groups, "What one means: maestro explain <code>"].join("\n\n")}\n`;
}

function allCodes() {
  return codeGroups().flatMap(({ title, codes }) => codes.map((code) => ({ ...asData(code), group: title })));
}

function asData(code: Code) {
  const { name, severity, why } = entryOf(code);
  return { code, name, severity, why };
}

function toJson(data: unknown): string {
  return `${JSON.stringify(data, null, 2)}\n`;
}
