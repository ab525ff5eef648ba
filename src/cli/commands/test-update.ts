import { resolve } from "node:path";
import { MaestroError } from "../../diagnostics/index.ts";
import type { Play, Playable } from "../../engine/index.ts";
import { openHouse } from "../../house.ts";
import { recordRun } from "../../operations/record-run.ts";
import { checkedInput, startRun } from "../../operations/start-run.ts";
import { type CheckpointNode, nodeAt } from "../../plan/index.ts";
import { type CassetteFile, readCassette } from "../../players/understudies/cassette-file.ts";
import { redactorFor, writeCassette } from "../cassettes.ts";
import type { Io } from "../io.ts";
import { keepDeployment } from "../keep-deployment.ts";
import { loadPlayable } from "../load-code.ts";
import { loadScore } from "../load-workspace.ts";
import { outsideOf } from "../outside-of.ts";
import { whoIs } from "../who-is.ts";
import { sayWaiting } from "./say-waiting.ts";
import type { Tested } from "./test.ts";

/**
 * Plays a cassette's score again with the same input and the same decisions, asking everybody this time, and records
 * that. The run is one like others, in the workspace's store. A run that ends otherwise changes no file.
 */
export async function updateCassette(io: Io, root: string, file: string): Promise<Tested> {
  const startedAt = performance.now();
  const of = { file, score: "", problems: [] as string[], unplayed: [], calls: 0 };
  try {
    const before = readCassette(resolve(root, file));
    of.score = before.score;
    const after = await recordAgain(io, before);
    if ("problem" in after) of.problems.push(after.problem);
    else {
      of.calls = after.calls.length;
      writeCassette(root, file, after);
    }
  } catch (error) {
    if (!(error instanceof MaestroError)) throw error;
    of.problems.push(error.message);
  }
  return { ...of, passed: of.problems.length === 0, durationMs: Math.round(performance.now() - startedAt) };
}

async function recordAgain(
  io: Io,
  before: CassetteFile,
): Promise<CassetteFile | { readonly problem: string }> {
  const loaded = await loadScore(io, before.score);
  const { settings } = loaded;
  const { deployment, playable } = await loadPlayable(io, loaded);
  await checkedInput(playable, before.input);
  const house = await openHouse({
    ...settings,
    command: "maestro test --update",
    outside: outsideOf(io, settings),
    onWaiting: sayWaiting(io, settings.file),
  });
  try {
    await keepDeployment({ deployment, playable }, house);
    const decisions = await fittingDecisions(playable, before);
    const play = await startRun(house.engine, playable, before.input, {
      isFresh: true,
      by: { who: whoIs(io, undefined), origin: "cli" },
    });
    decideAsBefore(play, decisions);
    const ending = await play.ending;
    const row = (await house.store.run(play.id))!;
    const isAsBefore = ending.is === ("output" in before.ended ? "completed" : "failed");
    if (!isAsBefore) {
      const why = ending.is === "failed" ? `: ${ending.error.message}` : "";
      return { problem: `not recorded: run ${play.id} is ${row.status}${why}` };
    }
    return await recordRun(house.store, row, redactorFor(io, playable.plan, settings));
  } finally {
    await house.close();
  }
}

/** What people decided, as the checkpoints' schemas give it back; what does not fit any more is left to wait. */
async function fittingDecisions(
  { plan, code }: Playable,
  { decisions = {} }: CassetteFile,
): Promise<ReadonlyMap<string, unknown>> {
  const found = new Map<string, unknown>();
  for (const [step, value] of Object.entries(decisions)) {
    const node = nodeAt(plan, step) as CheckpointNode | undefined;
    const fits = (node && (await code.checks[node.code]?.(value))) ?? { value };
    if ("value" in fits) found.set(step, fits.value);
  }
  return found;
}

/** At once: a run that can only wait for a person comes to rest. */
function decideAsBefore(play: Play, decisions: ReadonlyMap<string, unknown>): void {
  play.subscribe((event) => {
    if (event.type === "step.waiting" && decisions.has(event.step))
      void play.decide(event.step, { value: decisions.get(event.step), by: "maestro test" });
  });
}
