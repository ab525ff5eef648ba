import type { Diagnostic } from "../../../src/diagnostics/index.ts";
import { compile, makeWorkspace } from "../workspace.ts";
import { type Family, readCorpus } from "./corpus.ts";
import { mutate, toRandom } from "./mutate.ts";

/** Something that must not happen, with the file that makes it happen. */
export interface Defect {
  readonly seed: number;
  readonly what: string;
  readonly source: string;
}

interface Mutant {
  readonly seed: number;
  readonly file: string;
  readonly source: string;
}

const BATCH = 100;
const LONGEST_MS = 5_000;
/** A batch that takes longer is looked at file by file. */
const LONGEST_BATCH_MS = 15_000;
const MOST_DEFECTS = 20;
const ESCAPE = String.fromCharCode(27);

/** Compiles `count` mutants of definitions, the same ones for the same `seed`, and gives what went wrong with them. */
export async function runFuzz({
  count,
  seed,
}: {
  readonly count: number;
  readonly seed: number;
}): Promise<Defect[]> {
  const families = readCorpus();
  const defects: Defect[] = [];
  for (let done = 0, batch = 0; done < count && defects.length < MOST_DEFECTS; batch++) {
    const family = families[batch % families.length]!;
    const size = Math.min(BATCH, count - done);
    const mutants = Array.from({ length: size }, (_, i) => toMutant(family, seed + done + i));
    done += size;
    const { found, isSuspect } = await tryBatch(family, mutants);
    if (!isSuspect) continue;
    const alone = [];
    for (const mutant of mutants) alone.push(...(await tryAlone(family, mutant)));
    defects.push(...(alone.length > 0 ? alone : found));
  }
  return defects;
}

/** The mutant of `seed`: the same definition of the family, changed in the same way. */
function toMutant({ files, definitions }: Family, seed: number): Mutant {
  const random = toRandom(seed);
  const from = definitions[Math.floor(random() * definitions.length)]!;
  const file = from.replace(/[^/]*$/, `mutant-${seed}.ts`);
  return { seed, file, source: mutate(files[from]!, random) };
}

async function tryBatch(
  family: Family,
  mutants: readonly Mutant[],
): Promise<{ found: Defect[]; isSuspect: boolean }> {
  const { wrong, durationMs } = await compileMutants(family, mutants);
  const found = wrong.map((what) => ({ seed: mutants[0]!.seed, what, source: "only in company" }));
  return { found, isSuspect: found.length > 0 || durationMs > LONGEST_BATCH_MS };
}

async function tryAlone(family: Family, mutant: Mutant): Promise<Defect[]> {
  const { wrong, durationMs } = await compileMutants({ ...family, files: helpersOf(family) }, [mutant]);
  const late = durationMs > LONGEST_MS ? [`took ${Math.round(durationMs)} ms`] : [];
  return [...wrong, ...late].map((what) => ({ seed: mutant.seed, what, source: mutant.source }));
}

/** The family without its definitions, but those that others import. */
function helpersOf({ files, definitions }: Family): Family["files"] {
  const all = Object.values(files).join("\n");
  return Object.fromEntries(
    Object.entries(files).filter(
      ([file]) => !definitions.includes(file) || all.includes(`/${file.replace(/^.*\//, "")}"`),
    ),
  );
}

async function compileMutants({ files }: Pick<Family, "files">, mutants: readonly Mutant[]) {
  const sources = new Map(mutants.map(({ file, source }) => [file, source]));
  using workspace = makeWorkspace({ ...files, ...Object.fromEntries(sources) });
  const startedAt = performance.now();
  try {
    const { diagnostics } = await compile(workspace);
    const wrong = diagnostics.flatMap((one) => wrongWith(one, sources.get(one.at?.file ?? "")));
    return { wrong, durationMs: performance.now() - startedAt };
  } catch (error) {
    return { wrong: [`it threw ${(error as Error).stack}`], durationMs: performance.now() - startedAt };
  }
}

/** What an author's own code threw, and a parser's words, may say `undefined`; and a value may be said to be so. */
const QUOTES_OTHERS = new Set(["MS1003", "MS1004"]);

/** What no finding may look like. */
function wrongWith({ code, at, message, hint = "" }: Diagnostic, source: string | undefined): string[] {
  const text = `${message}\n${hint}`;
  const told = `${code} at ${at?.file}:${at?.line}:${at?.column}: ${text}`;
  const wrong: string[] = [];
  if (/^\s+at |\[object /m.test(text) || text.includes(ESCAPE))
    wrong.push(`a stack, an object or a control character in ${told}`);
  const isOurs = !QUOTES_OTHERS.has(code) && !source?.includes("undefined");
  if (isOurs && /(?<!\b(?:is|plays) )\bundefined\b/.test(text)) wrong.push(`"undefined" in ${told}`);
  if (code === "MS1004" && at?.line === 1 && at.column === 1 && /TypeError|RangeError/.test(message))
    wrong.push(`thrown by no line of the author's: ${told}`);
  if (!at) wrong.push(`no place: ${told}`);
  else if (source !== undefined && !isIn(source, at)) wrong.push(`a place outside of the file: ${told}`);
  return wrong;
}

function isIn(source: string, { line, column }: { readonly line: number; readonly column: number }): boolean {
  const lines = source.split(/\r\n|[\n\r\u2028\u2029]/);
  return line >= 1 && line <= lines.length && column >= 1 && column <= lines[line - 1]!.length + 1;
}
