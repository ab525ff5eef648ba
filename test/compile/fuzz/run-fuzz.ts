import type { Diagnostic } from "../../../src/diagnostics/index.ts";
import { compile, makeWorkspace } from "../workspace.ts";
import { type Family, readCorpus } from "./corpus.ts";
import { mutate, toRandom } from "./mutate.ts";
import { withHoles } from "./with-holes.ts";

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
const LONGEST_BATCH_MS = 30_000;
/** A machine that is busy with other things makes one slow; a slow one is slow each time. */
const TRIES = 3;
const MOST_DEFECTS = 20;
/** Said of one mutant, the word may stand in another of its batch, which has the same id: alone it has to be its own. */
const UNDEFINED = '"undefined" in';
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
    defects.push(...(await tryBatch(family, mutants)));
  }
  return defects;
}

/** Compiles every definition with one thing left out of one list, for each list and each place in it. */
export async function runHoles(): Promise<Defect[]> {
  const defects: Defect[] = [];
  let seed = 0;
  for (const family of readCorpus()) {
    const mutants = family.definitions.flatMap((from) =>
      withHoles(family.files[from]!).map((source) => toNamed(from, ++seed, source)),
    );
    for (let done = 0; done < mutants.length; done += BATCH)
      defects.push(...(await tryBatch(family, mutants.slice(done, done + BATCH))));
  }
  return defects;
}

function toNamed(from: string, seed: number, source: string): Mutant {
  return { seed, file: from.replace(/[^/]*$/, `mutant-${seed}.ts`), source };
}

/** The mutant of `seed`: the same definition of the family, changed in the same way. */
function toMutant({ files, definitions }: Family, seed: number): Mutant {
  const random = toRandom(seed);
  const from = definitions[Math.floor(random() * definitions.length)]!;
  return toNamed(from, seed, mutate(files[from]!, random));
}

/** All of `mutants` at once, and each alone when that threw or took too long. */
async function tryBatch(family: Family, mutants: readonly Mutant[]): Promise<Defect[]> {
  const { wrong, thrown, durationMs } = await compileMutants(family, mutants);
  if (thrown === undefined && durationMs <= LONGEST_BATCH_MS) {
    const defects: Defect[] = [];
    for (const { what, by = mutants[0]! } of wrong) {
      if (what.startsWith(UNDEFINED)) defects.push(...(await tryAlone(family, by)));
      else defects.push({ seed: by.seed, what, source: by.source });
    }
    return defects;
  }
  const alone: Defect[] = [];
  for (const mutant of mutants) alone.push(...(await tryAlone(family, mutant)));
  if (alone.length > 0 || thrown === undefined) return alone;
  return [{ seed: mutants[0]!.seed, what: thrown, source: "it and those after it, together" }];
}

async function tryAlone(family: Family, mutant: Mutant): Promise<Defect[]> {
  const files = helpersOf(family);
  const { wrong, thrown, durationMs } = await compileMutants({ files }, [mutant]);
  let fastestMs = durationMs;
  for (let i = 1; i < TRIES && fastestMs > LONGEST_MS; i++)
    fastestMs = Math.min(fastestMs, (await compileMutants({ files }, [mutant])).durationMs);
  const all = wrong.map(({ what }) => what);
  if (thrown !== undefined) all.push(thrown);
  if (fastestMs > LONGEST_MS) all.push(`took ${Math.round(fastestMs)} ms`);
  return all.map((what) => ({ seed: mutant.seed, what, source: mutant.source }));
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

interface Compiled {
  readonly wrong: readonly { readonly what: string; readonly by: Mutant | undefined }[];
  readonly thrown?: string;
  readonly durationMs: number;
}

async function compileMutants(
  { files }: Pick<Family, "files">,
  mutants: readonly Mutant[],
): Promise<Compiled> {
  const byFile = new Map(mutants.map((mutant) => [mutant.file, mutant]));
  const sources = Object.fromEntries(mutants.map(({ file, source }) => [file, source]));
  using workspace = makeWorkspace({ ...files, ...sources });
  const startedAt = performance.now();
  try {
    const { diagnostics } = await compile(workspace);
    const durationMs = performance.now() - startedAt;
    const wrong = diagnostics.flatMap((one) => {
      const by = byFile.get(one.at?.file ?? "");
      return wrongWith(one, by?.source).map((what) => ({ what, by }));
    });
    return { wrong, durationMs };
  } catch (error) {
    const thrown = `it threw ${(error as Error).stack}`;
    return { wrong: [], thrown, durationMs: performance.now() - startedAt };
  }
}

/** What an author's own code threw, instructions, a parser's words and a schema's may say `undefined`; and a value, or an option's name, may be said to be so. */
const QUOTES_OTHERS = new Set(["MS1003", "MS1004", "MS3102", "MS4003"]);

/** What no finding may look like. */
function wrongWith({ code, at, message, hint = "" }: Diagnostic, source: string | undefined): string[] {
  const text = `${message}\n${hint}`;
  const told = `${code} at ${at?.file}:${at?.line}:${at?.column}: ${text}`;
  const wrong: string[] = [];
  if (/^\s+at |(?<!"|of object '|threw \w+: )\[object /m.test(text) || text.includes(ESCAPE))
    wrong.push(`a stack, an object or a control character in ${told}`);
  const isOurs = !QUOTES_OTHERS.has(code) && !source?.includes("undefined");
  if (isOurs && /(?<!\b(?:is|plays|with) |\.|no option ")\bundefined\b/.test(text))
    wrong.push(`${UNDEFINED} ${told}`);
  if (
    code === "MS1004" &&
    at?.line === 1 &&
    at.column === 1 &&
    /(?:TypeError|RangeError)(?!: fetch failed)/.test(message)
  )
    wrong.push(`thrown by no line of the author's: ${told}`);
  if (!at) wrong.push(`no place: ${told}`);
  else if (source !== undefined && !isIn(source, at)) wrong.push(`a place outside of the file: ${told}`);
  return wrong;
}

function isIn(source: string, { line, column }: { readonly line: number; readonly column: number }): boolean {
  const lines = source.split(/\r\n|[\n\r\u2028\u2029]/);
  return line >= 1 && line <= lines.length && column >= 1 && column <= lines[line - 1]!.length + 1;
}
