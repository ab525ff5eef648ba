import type { RunSource } from "../../engine/index.ts";
import type { ListedRun } from "../../services/perform-history.ts";
import type { RunStatus } from "../../store/store.ts";
import { type Colors, toColors } from "../../support/colors.ts";
import { toReadable } from "../../support/duration.ts";
import { toSourceText } from "../../views/source-text.ts";
import { askStore } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadLastSettings } from "../load-last-settings.ts";
import { readInstant } from "../read-instant.ts";
import { withGaps } from "../report/with-gaps.ts";
import { UsageError } from "../usage-error.ts";
import { warnLines, writeLine } from "../write-line.ts";

/** Which runs, as the words of commands say it. */
export interface RunOptions {
  readonly score?: string;
  readonly status?: RunStatus;
  readonly orchestra?: string;
  readonly tag?: string;
  readonly since?: string;
  readonly until?: string;
}

interface Options extends RunOptions {
  readonly limit: string;
  readonly after?: string;
  readonly json?: boolean;
}

const MOST = 10_000;

/** `maestro runs`: the newest runs, one a line. */
export async function run(io: Io, _args: string[], options: Options): Promise<ExitCode> {
  const { limit, after, json } = options;
  const count = readCount(limit);
  const filter = readFilter(options);
  const settings = await loadLastSettings(io);
  // A whole id need not be there any more: what is before it is clear all the same.
  const isWhole = after === undefined || /^run_[0-9a-f]{32}$/.test(after);
  const { id = after } = isWhole
    ? {}
    : await askStore(io, settings, { command: COMMAND, request: { op: "find", run: after } });
  const request = {
    op: "runs",
    limit: count,
    ...filter,
    ...(id === undefined ? {} : { after: id }),
  } as const;
  const rows = await askStore(io, settings, { command: COMMAND, request });
  if (json) io.write(`${JSON.stringify(rows, null, 2)}\n`);
  else if (rows.length === 0)
    io.write(
      Object.keys(filter).length > 0 || after !== undefined
        ? "no run is like that\n"
        : "no runs yet; start one with: maestro run <score>\n",
    );
  else for (const row of rows) writeLine(io, toLine(row, toColors(io.hasColor)));
  if (!json && rows.length === count) warnLines(io, `older ones: the same with --after ${rows.at(-1)!.id}`);
  return EXIT.ok;
}

const COMMAND = "maestro runs";

function readCount(limit: string): number {
  const count = Number(limit);
  if (Number.isInteger(count) && count >= 1 && count <= MOST) return count;
  throw new UsageError(`--limit ${limit} is not a whole number from 1 to ${MOST}.`);
}

/** What `maestro runs` and others take for the same. @throws UsageError */
export function readFilter({ score, status, orchestra, tag, since, until }: RunOptions) {
  const [from, to] = [
    since === undefined ? undefined : readInstant(since, "--since"),
    until === undefined ? undefined : readInstant(until, "--until"),
  ];
  if (from !== undefined && to !== undefined && from >= to)
    throw new UsageError(`--since ${since} is not before --until ${until}.`);
  return {
    ...(score === undefined ? {} : { score }),
    ...(status === undefined ? {} : { status }),
    ...(orchestra === undefined ? {} : { orchestra }),
    ...(tag === undefined ? {} : { tag }),
    ...(from === undefined ? {} : { since: from }),
    ...(to === undefined ? {} : { until: to }),
  };
}

/** The steps that a completed run left out because they failed. */
function gapsIn(reason: unknown): readonly string[] {
  const { gaps } = Object(typeof reason === "string" ? JSON.parse(reason) : reason) as {
    gaps?: readonly string[];
  };
  return gaps ?? [];
}

function toLine(row: ListedRun, c: Colors): string {
  const took = row.endedAt === null || row.startedAt === null ? "" : toReadable(row.endedAt - row.startedAt);
  const at = new Date(row.createdAt).toISOString().slice(0, 19).replace("T", " ");
  const source = row.source === null ? "" : c.yellow(toSourceText((JSON.parse(row.source) as RunSource).is));
  const facts = [c.dim(row.id), shown(row, c).padEnd(12), row.score.padEnd(24), at, took, source];
  return facts.join("  ").trimEnd();
}

/** A run that says it is running and that the store's owner does not play has lost its process. */
export function shown(
  { status, reason, isPlayed }: Pick<ListedRun, "status" | "isPlayed"> & { readonly reason?: unknown },
  c: Colors,
): string {
  switch (status) {
    case "completed": {
      const gaps = gapsIn(reason);
      return gaps.length === 0 ? c.green(status) : c.yellow(withGaps(gaps));
    }
    case "failed":
      return c.red(status);
    case "running":
      return isPlayed ? c.cyan("running") : c.yellow("interrupted");
    case "queued":
    case "waiting":
    case "paused":
    case "cancelled":
      return c.yellow(status);
    default:
      return status satisfies never;
  }
}
