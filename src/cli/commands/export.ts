import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { Redactor } from "../../players/redactor.ts";
import type { SpentRun } from "../../services/perform-history.ts";
import { askStore } from "../at-store.ts";
import { type AskFor, type RunRecord, runRecords } from "../export/run-records.ts";
import { toCsv } from "../export/to-csv.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { knownSecrets } from "../known-secrets.ts";
import { loadSettings } from "../load-workspace.ts";
import { UsageError } from "../usage-error.ts";
import { type RunOptions, readFilter } from "./runs.ts";

interface Options extends RunOptions {
  readonly format?: "jsonl" | "csv";
  readonly out?: string;
}

const PAGE = 1_000;

/** `maestro export [run]`: everything about one run, or a line for each run of a list. */
export async function run(io: Io, [which]: string[], options: Options): Promise<ExitCode> {
  const { format, out, ...chosen } = options;
  const filter = readFilter(chosen);
  if (which !== undefined && (format === "csv" || Object.keys(filter).length > 0))
    throw new UsageError(
      "One run is exported whole, as JSON: --format csv and filters are for lists of runs.",
    );
  const target = out === undefined ? undefined : resolve(io.cwd, out);
  if (target !== undefined && existsSync(target)) throw new UsageError(`${out} is there already.`);
  const settings = await loadSettings(io);
  const ask: AskFor = (request) => askStore(io, settings, { command: "maestro export", request });
  // No secret is ever stored; what looks like one that this process knows is taken out all the same.
  const redactor = new Redactor(knownSecrets(io, settings));
  const clean = (text: string) => redactor.text(text);
  if (which === undefined) {
    const lines = format === "csv" ? asCsv(runsOf(ask, filter)) : asJson(runsOf(ask, filter));
    await put(io, target, lines, clean);
    return EXIT.ok;
  }
  const { id } = await ask({ op: "find", run: which });
  const records = runRecords(ask, id);
  if (target === undefined || target.endsWith(".jsonl")) await put(io, target, asJson(records), clean);
  else await putFolder(target, records, clean);
  return EXIT.ok;
}

async function* runsOf(ask: AskFor, filter: ReturnType<typeof readFilter>): AsyncGenerator<SpentRun> {
  for (let after: string | undefined; ; ) {
    const from = after === undefined ? {} : { after };
    const rows: readonly SpentRun[] = await ask({ op: "spentRuns", limit: PAGE, ...filter, ...from });
    yield* rows;
    if (rows.length < PAGE) return;
    after = rows.at(-1)!.id;
  }
}

async function* asJson(records: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const record of records) yield `${JSON.stringify(record)}\n`;
}

const COLUMNS = [
  "id",
  "score",
  "status",
  "orchestra",
  "deployment",
  "createdAt",
  "startedAt",
  "endedAt",
] as const;

async function* asCsv(runs: AsyncIterable<SpentRun>): AsyncGenerator<string> {
  yield toCsv([...COLUMNS, "durationMs", "microUsd", "unpricedCalls", "error"]);
  for await (const row of runs) {
    const { startedAt, endedAt, microUsd, unpriced, error } = row;
    const durationMs = startedAt === null || endedAt === null ? null : endedAt - startedAt;
    const why = error === null ? null : (JSON.parse(error) as { readonly message: string }).message;
    yield toCsv([...COLUMNS.map((name) => toCell(name, row[name])), durationMs, microUsd, unpriced, why]);
  }
}

function toCell(name: string, value: string | number | null): string | number | null {
  return name.endsWith("At") && typeof value === "number" ? new Date(value).toISOString() : value;
}

/** Under its name only when it is whole. */
async function put(
  io: Io,
  target: string | undefined,
  lines: AsyncIterable<string>,
  clean: (text: string) => string,
): Promise<void> {
  if (target === undefined) {
    for await (const line of lines) io.write(clean(line));
    return;
  }
  mkdirSync(dirname(target), { recursive: true });
  const unfinished = `${target}.unfinished`;
  const fd = openSync(unfinished, "w", 0o600);
  try {
    for await (const line of lines) writeSync(fd, clean(line));
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
}

const FILES: Readonly<Record<RunRecord["is"], string>> = {
  run: "run.jsonl",
  step: "steps.jsonl",
  decision: "decisions.jsonl",
  event: "events.jsonl",
  call: "calls.jsonl",
  tool: "tools.jsonl",
};

/** A file for each kind of record, and one for each artifact. */
async function putFolder(
  target: string,
  records: AsyncIterable<RunRecord>,
  clean: (text: string) => string,
): Promise<void> {
  const unfinished = `${target}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(join(unfinished, "artifacts"), { recursive: true, mode: 0o700 });
  const open = new Map<string, number>();
  try {
    for await (const record of records) {
      const name = FILES[record.is];
      const fd = open.get(name) ?? openSync(join(unfinished, name), "w", 0o600);
      open.set(name, fd);
      const { is: _, ...rest } = record;
      writeSync(fd, clean(`${JSON.stringify(rest)}\n`));
      const artifact = artifactIn(record);
      if (artifact) writeArtifact(join(unfinished, "artifacts"), artifact, clean);
    }
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  } finally {
    for (const fd of open.values()) closeSync(fd);
  }
}

interface ExportedArtifact {
  readonly name: string;
  readonly value: unknown;
}

function artifactIn({ is, kind, status, key, info, output }: RunRecord): ExportedArtifact | undefined {
  if (is !== "step" || kind !== "artifact" || status !== "completed") return undefined;
  const { name = key } = Object(info) as { readonly name?: unknown };
  return { name: String(name), value: output };
}

/** A text as it is, anything else as JSON. What authors call artifacts need be no name of a file. */
function writeArtifact(
  folder: string,
  { name, value }: ExportedArtifact,
  clean: (text: string) => string,
): void {
  const safe = basename(name.replaceAll(/[^\w.-]+/g, "-")).replace(/^\.+/, "") || "artifact";
  const isText = typeof value === "string";
  // Two names may come to the same file's.
  const free = (n: number): string => {
    const path = join(folder, `${safe}${n === 1 ? "" : `-${n}`}${isText ? ".txt" : ".json"}`);
    return existsSync(path) ? free(n + 1) : path;
  };
  const fd = openSync(free(1), "w", 0o600);
  try {
    writeSync(fd, clean(isText ? value : `${JSON.stringify(value, null, 2)}\n`));
  } finally {
    closeSync(fd);
  }
}
