import type { RunRow } from "../../src/store/store.ts";
import { Disk } from "./disk.ts";
import { answersIn } from "./models.ts";
import type { People } from "./people.ts";
import { Random } from "./random.ts";
import type { Theatre } from "./simulate.ts";
import { NO_FAULTS, World } from "./world.ts";

interface Ended {
  readonly theatre: Theatre;
  readonly world: World;
  readonly disk: Disk;
  readonly people: People;
}

/** Holds what has come of every run against what was promised. */
export async function checkEnds(ended: Ended): Promise<void> {
  const { world, disk, people } = ended;
  for (const { id, isAcknowledged, isCancelled, decided, givenUp } of people.known.values()) {
    const row = disk.runs.get(id);
    if (!row && isAcknowledged) world.violate("an acknowledged run is never lost", id);
    if (isCancelled && row?.status !== "cancelled") world.violate("what was cancelled stays cancelled", id);
    // Where its process has died since, the run above may have gone on with it.
    if (givenUp && !givenUp.isOver && row?.status !== "cancelled")
      world.violate("a run stops only when somebody stops it", id);
    for (const [key, by] of decided) {
      const counts = disk.steps(id, key).some(({ info }) => info?.includes(`"by":"${by}"`));
      if (!counts) world.violate("a decision that was acknowledged counts", `${id}/${key}, ${by}`);
    }
  }
  for (const row of disk.runs.values()) checkRow(row, ended);
  await checkOutputs(ended);
  await checkReplays(ended);
}

function checkRow(row: RunRow, { world, disk }: Ended): void {
  const { id, parent, endedAt, error } = row;
  if (endedAt === null) world.violate("every run comes to an end", id);
  const steps = disk.steps(id);
  for (const { kind, status, output, startedAt, key } of steps) {
    if (kind !== "wait" || status !== "completed") continue;
    const waitedMs = Date.parse(JSON.parse(output!) as string) - startedAt;
    if (waitedMs !== 3_000 && waitedMs !== 7_200_000)
      world.violate("a wait keeps its instant", `${id}/${key}: ${waitedMs} ms`);
  }
  for (const key of new Set(steps.flatMap((step) => (step.kind === "agent" ? [step.key] : [])))) {
    const billed = disk.modelCalls.filter((call) => call.runId === id && call.step === key);
    if (billed.length < answersIn(disk, id, key))
      world.violate("what a model has said and is written down is paid for", `${id}/${key}`);
  }
  if (steps.some(({ kind, status }) => kind === "checkpoint" && status === "running"))
    world.violate("no checkpoint of a run that has ended is open", id);
  const resumed = disk.events.filter(({ runId, type }) => runId === id && type === "run.resumed").length;
  if (error?.includes("MR3008") && resumed < 6)
    world.violate("a run is not given up before it was tried", id);
  if (parent !== null) checkParent(row, { world, disk });
}

function checkParent(
  { id, parent, status, output }: RunRow,
  { world, disk }: Pick<Ended, "world" | "disk">,
): void {
  const slash = parent!.indexOf("/");
  const [above, key] = [parent!.slice(0, slash), parent!.slice(slash + 1)];
  const siblings = [...disk.runs.values()].filter((other) => other.parent === parent);
  const good = siblings.filter((other) => other.status === "completed");
  const steps = disk.steps(above, key);
  if (good.length > 1) world.violate("a played score is played once", parent!);
  if (!steps.some(({ info }) => info?.includes(id))) world.violate("a played score is known to its step", id);
  const done = steps.find((step) => step.status === "completed");
  if (done?.info?.includes(id) && (status !== "completed" || output !== done.output))
    world.violate("a step gives what the run it played gave", parent!);
}

/** A run gives what it would have given without faults. */
async function checkOutputs({ theatre, world, disk, people }: Ended): Promise<void> {
  const { isTimed, hasPoison } = theatre.drawn;
  if (isTimed || hasPoison) return;
  const rows = [...disk.runs.values()].filter(
    ({ id, parent, error }) =>
      parent === null &&
      people.of(id).isOther === undefined &&
      !people.of(id).isCancelled &&
      !error?.includes("MR3008"),
  );
  if ([...disk.runs.values()].some(({ error, parent }) => parent !== null && error?.includes("MR3008")))
    return;
  if ([...people.known.values()].some(({ id, isOther }) => isOther && disk.runs.get(id)?.parent)) return;
  for (const input of new Set(rows.map((row) => row.input))) {
    const { n } = JSON.parse(input) as { n: number };
    const clean = new World(new Random(n), NO_FAULTS);
    const reference = await theatre.perform(clean, [n]);
    for (const violation of clean.violations) world.violate("without faults all is well", violation);
    const expected = [...reference.disk.runs.values()].find(({ parent }) => parent === null)!;
    for (const row of rows.filter((other) => other.input === input)) {
      if (row.status === expected.status && plain(row.output) === plain(expected.output)) continue;
      const detail = `${row.id} ${row.status} ${plain(row.output)} ${row.error}, not ${expected.status} ${plain(expected.output)} ${expected.error}`;
      world.violate("a run ends as it would without faults", detail);
    }
  }
}

function plain(output: string | null): string {
  return (output ?? "").replace(/run_[0-9a-f]{32}/g, "run");
}

/** What the journal holds of a completed run brings the same end again, and nothing is played for it. */
async function checkReplays({ theatre, world, disk }: Ended): Promise<void> {
  // Read again when its time is over, it would have failed.
  if (theatre.playable.plan.timeoutMs !== undefined) return;
  const completed = [...disk.runs.values()].filter(
    (row) => row.status === "completed" && row.parent === null,
  );
  for (const row of completed) {
    const copy = new Disk();
    copy.saveDeployment({ hash: "deployment", score: row.score, plan: "{}", code: null, createdAt: 1 });
    for (const other of disk.runs.values()) copy.insertRun(other.id === row.id ? reopened(row) : other);
    for (const { id } of disk.runs.values()) for (const step of disk.steps(id)) copy.recordStep(step);
    const again = new World(new Random(1), NO_FAULTS);
    const { people } = await theatre.perform(again, [], copy);
    for (const violation of again.violations)
      world.violate("a journal can be read again", again.named(violation));
    if (people.ledger.total > 0)
      world.violate("a run that has ended plays nothing when it is read again", row.id);
    const { status, output } = copy.runs.get(row.id)!;
    if (status !== "completed" || output !== row.output)
      world.violate("a journal says how its run ended", `${row.id}: ${status} ${output}, not ${row.output}`);
  }
}

function reopened(row: RunRow): RunRow {
  return { ...row, status: "paused", output: null, error: null, reason: null, endedAt: null };
}
