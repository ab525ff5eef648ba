import type { CachedSummary } from "../../store/store.ts";
import { toColors } from "../../support/colors.ts";
import { toReadable } from "../../support/duration.ts";
import { askStore } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings } from "../load-workspace.ts";
import { notMeant } from "../not-meant.ts";
import { UsageError } from "../usage-error.ts";
import { warnLines, writeLine } from "../write-line.ts";

interface Options {
  readonly limit?: string;
  readonly score?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const MOST = 10_000;

/** `maestro cache list`: what is kept for other runs, one result a line. */
export async function list(io: Io, _args: string[], { limit, score, json }: Options): Promise<ExitCode> {
  const count = Number(limit);
  if (!Number.isInteger(count) || count < 1 || count > MOST)
    throw new UsageError(`--limit ${limit} is not a whole number from 1 to ${MOST}.`);
  const { rows, now } = await askStore(io, await loadSettings(io), {
    command: "maestro cache list",
    request: { op: "kept results", limit: count, ...(score === undefined ? {} : { score }) },
  });
  if (json) io.write(`${JSON.stringify(rows, null, 2)}\n`);
  else if (rows.length === 0)
    io.write('nothing is kept; a node keeps its results with: cache: { ttl: "1h" }\n');
  else for (const row of rows) writeLine(io, toLine(row, now, io));
  return EXIT.ok;
}

/** `maestro cache clear`: nothing undoes that, so without `--yes` it only says what it would do. */
export async function clear(io: Io, _args: string[], { score, yes, json }: Options): Promise<ExitCode> {
  const what = score === undefined ? "all scores" : `score "${score}"`;
  const { count } = await askStore(io, await loadSettings(io), {
    command: "maestro cache clear",
    request: { op: "clear results", isMeant: yes === true, ...(score === undefined ? {} : { score }) },
  });
  const results = `${count} ${count === 1 ? "result" : "results"} of ${what}`;
  if (!yes) {
    const words = score === undefined ? "" : ` --score ${score}`;
    warnLines(
      io,
      `${results} would be deleted; runs and their steps stay as they are\nto delete: maestro cache clear${words} --yes`,
    );
    return notMeant(io, json, `maestro cache clear${words}`);
  }
  io.write(json ? `${JSON.stringify({ deleted: count })}\n` : `deleted ${results}\n`);
  return EXIT.ok;
}

function toLine({ score, node, run, at, expiresAt, bytes }: CachedSummary, now: number, io: Io): string {
  const c = toColors(io.hasColor);
  const made = new Date(at).toISOString().slice(0, 19).replace("T", " ");
  const left = expiresAt > now ? `${toReadable(expiresAt - now)} left` : c.dim("over");
  return [`${score}/${node}`.padEnd(32), made, left.padEnd(16), `${bytes} bytes`.padEnd(14), c.dim(run)].join(
    "  ",
  );
}
