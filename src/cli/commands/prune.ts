import type { Pruned, PrunedGroup } from "../../operations/prune-runs.ts";
import { cutoffsOf, type Retention } from "../../services/pruner.ts";
import { toMs } from "../../support/duration.ts";
import { toVisible } from "../../support/to-visible.ts";
import { askStore } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings, type Settings } from "../load-workspace.ts";
import { UsageError } from "../usage-error.ts";
import { warnLines, writeLine } from "../write-line.ts";

interface Options {
  readonly olderThan?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `maestro prune`: forgets runs whose time is over. Nothing undoes that, so without `--yes` it only says what would go. */
export async function run(
  io: Io,
  _args: string[],
  { olderThan, dryRun, yes, json }: Options,
): Promise<ExitCode> {
  if (dryRun && yes) throw new UsageError("--dry-run and --yes exclude each other.");
  const asked = olderThan === undefined ? undefined : readAge(olderThan);
  const settings = await loadSettings(io);
  const retention = asked ?? settings.retention;
  const isMeant = yes === true;
  const found = await pruneAll(io, settings, { retention, isMeant });
  if (json) io.write(`${JSON.stringify({ ...found, isDone: isMeant }, null, 2)}\n`);
  else for (const line of toLines(found, isMeant)) writeLine(io, line);
  if (isMeant || dryRun || found.groups.length === 0) return EXIT.ok;
  const words = olderThan === undefined ? "" : ` --older-than ${olderThan}`;
  warnLines(io, `to forget them: maestro prune${words} --yes`);
  return EXIT.usage;
}

function readAge(text: string): Retention {
  const ms = toMs(text);
  if (ms === undefined)
    throw new UsageError(`--older-than ${text} is no length of time.`, "write it like 24h or 90d");
  return { runsMs: ms, failedMs: ms };
}

type Found = Omit<Pruned, "next">;

/** Asks for a piece at a time: whoever owns the store has other things to do as well. */
async function pruneAll(
  io: Io,
  settings: Settings,
  { retention, isMeant }: { readonly retention: Retention; readonly isMeant: boolean },
): Promise<Found> {
  const before = cutoffsOf(retention, Date.now());
  const groups = new Map<string, PrunedGroup>();
  let [needed, pages, after]: [number, number, string | undefined] = [0, 0, ""];
  while (after !== undefined) {
    const request = { op: "prune", ...before, after, isMeant } as const;
    const pruned: Pruned = await askStore(io, settings, { command: "maestro prune", request });
    for (const group of pruned.groups) add(groups, group);
    needed += pruned.needed;
    pages += pruned.pages;
    after = pruned.next;
  }
  const sorted = [...groups.values()].sort((a, b) => b.runs - a.runs);
  return { groups: sorted, needed, pages };
}

function add(groups: Map<string, PrunedGroup>, group: PrunedGroup): void {
  const name = JSON.stringify([group.score, group.status]);
  const before = groups.get(name);
  groups.set(name, {
    ...group,
    runs: group.runs + (before?.runs ?? 0),
    oldestAt: Math.min(group.oldestAt, before?.oldestAt ?? group.oldestAt),
    newestAt: Math.max(group.newestAt, before?.newestAt ?? group.newestAt),
  });
}

const PAGE_BYTES = 4_096;

function* toLines({ groups, needed, pages }: Found, isMeant: boolean): Generator<string> {
  const total = groups.reduce((sum, { runs }) => sum + runs, 0);
  for (const { score, status, runs, oldestAt, newestAt } of groups)
    yield `${String(runs).padStart(8)}  ${status.padEnd(10)} ${toVisible(score)}  ${dayOf(oldestAt)} … ${dayOf(newestAt)}`;
  const what = `${total} ${total === 1 ? "run" : "runs"}`;
  if (total === 0) yield "no run is old enough to be forgotten";
  else yield isMeant ? `${what} forgotten` : `${what} would be forgotten, with those that they play`;
  if (needed > 0)
    yield `${needed} ${needed === 1 ? "stays" : "stay"}: something that has not ended needs ${needed === 1 ? "it" : "them"}`;
  if (pages > 0) yield `the store is ${toMb(pages * PAGE_BYTES)} smaller`;
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function toMb(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
