import type { RunSource } from "../../engine/index.ts";
import type { ListedRun } from "../../services/perform-request.ts";
import type { RunStatus } from "../../store/store.ts";
import { type Colors, toColors } from "../../support/colors.ts";
import { toReadable } from "../../support/duration.ts";
import { toSourceText } from "../../views/source-text.ts";
import { askStore } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings } from "../load-workspace.ts";
import { withGaps } from "../report/with-gaps.ts";
import { UsageError } from "../usage-error.ts";

interface Options {
  readonly limit: string;
  readonly score?: string;
  readonly status?: RunStatus;
  readonly json?: boolean;
}

const MOST = 10_000;

/** `maestro runs`: the newest runs, one a line. */
export async function run(
  io: Io,
  _args: string[],
  { limit, score, status, json }: Options,
): Promise<ExitCode> {
  const count = Number(limit);
  if (!Number.isInteger(count) || count < 1 || count > MOST)
    throw new UsageError(`--limit ${limit} is not a whole number from 1 to ${MOST}.`);
  const settings = await loadSettings(io);
  const rows = await askStore(io, settings, {
    command: "maestro runs",
    request: {
      op: "runs",
      limit: count,
      ...(score === undefined ? {} : { score }),
      ...(status === undefined ? {} : { status }),
    },
  });
  if (json) io.write(`${JSON.stringify(rows, null, 2)}\n`);
  else if (rows.length === 0) io.write("no runs yet; start one with: maestro run <score>\n");
  else for (const row of rows) io.write(`${toLine(row, toColors(io.hasColor))}\n`);
  return EXIT.ok;
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
