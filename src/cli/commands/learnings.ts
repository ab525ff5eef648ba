import type { Learning, LearningKind } from "../../store/learning-store.ts";
import { toColors } from "../../support/colors.ts";
import { toVisible } from "../../support/to-visible.ts";
import { toLearningText } from "../../views/closest-learnings.ts";
import { askStore } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings } from "../load-workspace.ts";
import { notMeant } from "../not-meant.ts";
import { UsageError } from "../usage-error.ts";
import { whoIs } from "../who-is.ts";
import { warnLines, writeLine } from "../write-line.ts";

interface Options {
  readonly limit?: string;
  readonly kind?: LearningKind;
  readonly appliesTo?: string;
  readonly by?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const MOST = 10_000;
const LONGEST = 2_000;

/** `maestro learnings list`: what runs have taught, the newest first. */
export function list(io: Io, _args: string[], options: Options): Promise<ExitCode> {
  return show(io, undefined, options);
}

/** `maestro learnings search <words...>`: what has these words, the best match first. */
export function search(io: Io, words: string[], options: Options): Promise<ExitCode> {
  return show(io, words.join(" "), options);
}

async function show(io: Io, words: string | undefined, options: Options): Promise<ExitCode> {
  const { kind, appliesTo, json } = options;
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
    throw new UsageError(`--limit ${options.limit} is not a whole number from 1 to ${MOST}.`);
  const rows = await askStore(io, await loadSettings(io), {
    command: "maestro learnings",
    request: {
      op: "learnings",
      limit,
      ...(words === undefined ? {} : { words }),
      ...(kind === undefined ? {} : { kind }),
      ...(appliesTo === undefined ? {} : { appliesTo }),
    },
  });
  if (json) io.write(`${JSON.stringify(rows, null, 2)}\n`);
  else if (rows.length === 0)
    io.write(
      words === undefined ? "nothing has been learnt yet\n" : `nothing is known of "${toVisible(words)}"\n`,
    );
  else for (const row of rows) for (const line of toLines(row, io)) writeLine(io, line);
  return EXIT.ok;
}

function* toLines(row: Learning, io: Io): Generator<string> {
  const { id, kind, appliesTo, pattern, runId, step } = row;
  const c = toColors(io.hasColor);
  yield `${c.bold(`#${id}`)}  ${kind.padEnd(7)}  ${toVisible(appliesTo)}`;
  if (kind !== "note") yield `  ${toVisible(pattern)}`;
  yield `  ${toVisible(toLearningText(row))}${runId === null ? "" : c.dim(`  ${runId} ${toVisible(step ?? "")}`)}`;
}

/** `maestro learnings add <text>`: what a person knows. */
export async function add(
  io: Io,
  [text = ""]: string[],
  { appliesTo = "*", by, json }: Options,
): Promise<ExitCode> {
  const said = text.trim();
  if (said === "" || said.length > LONGEST)
    throw new UsageError(`A learning is a text of 1 to ${LONGEST} characters; this has ${said.length}.`);
  await askStore(io, await loadSettings(io), {
    command: "maestro learnings add",
    request: { op: "learn", text: said, appliesTo, by: whoIs(io, by) },
  });
  io.write(json ? `${JSON.stringify({ added: said, appliesTo })}\n` : `noted for ${toVisible(appliesTo)}\n`);
  return EXIT.ok;
}

/** `maestro learnings forget <id>`: nothing undoes that, so without `--yes` it only says what it would do. */
export async function forget(io: Io, [given = ""]: string[], { yes, json }: Options): Promise<ExitCode> {
  const id = Number(given.replace(/^#/, ""));
  if (!Number.isSafeInteger(id) || id < 1)
    throw new UsageError(`"${given}" is no number of a learning.`, "maestro learnings list");
  const learning = await askStore(io, await loadSettings(io), {
    command: "maestro learnings forget",
    request: { op: "forget", id, isMeant: yes === true },
  });
  if (!yes) {
    for (const line of toLines(learning, io)) warnLines(io, line);
    warnLines(io, `to forget it: maestro learnings forget ${id} --yes`);
    return notMeant(io, json, `maestro learnings forget ${id}`);
  }
  io.write(json ? `${JSON.stringify({ forgotten: learning })}\n` : `forgot #${id}\n`);
  return EXIT.ok;
}
