import type { House } from "../../house.ts";
import { audited } from "../../operations/audited.ts";
import { rerunRun } from "../../operations/rerun-run.ts";
import { resumeRun } from "../../operations/resume-run.ts";
import { type SaidEdit, settleEdits } from "../../operations/settle-edits.ts";
import { newId } from "../../support/ids.ts";
import { findRun } from "../../views/find-run.ts";
import { type Ask, atStore, type Owner } from "../at-store.ts";
import type { ExitCode, Io } from "../io.ts";
import { loadSettings, type Settings } from "../load-workspace.ts";
import { playableOf } from "../playable-of.ts";
import { readEdits } from "../read-edits.ts";
import { refuseWithOrchestrator } from "../refuse-with-orchestrator.ts";
import { Revisions } from "../revisions.ts";
import { type Showing, Stage } from "../stage.ts";
import { steeringOf } from "../step/steering-of.ts";
import { whoIs } from "../who-is.ts";

export interface RerunOptions extends Showing {
  readonly from?: readonly string[];
  readonly set: readonly string[];
  readonly rev: string;
  readonly fork?: boolean;
  readonly by?: string;
}

/** `maestro rerun <run>`: a new run that takes over what went well in an earlier one, and plays the rest again. */
export async function run(io: Io, [prefix = ""]: string[], options: RerunOptions): Promise<ExitCode> {
  const settings = await loadSettings(io);
  // Before the store is opened: a wrong option waits for nobody.
  const set = readEdits(options.set, io.cwd);
  const stage = await Stage.open({ io, show: options, root: settings.root });
  try {
    const revisions = new Revisions(options.rev, { io, root: settings.root, stage });
    const rerunning = { io, prefix, settings, options, stage, set, revisions, id: newId("run") };
    // An orchestrator that ended before it answered may have begun it.
    let isAsked = false;
    return await atStore(io, settings, {
      command: "maestro rerun",
      silentMs: 0,
      there: (ask, owner) => rerunThere(rerunning, { ask, owner, onAsk: () => (isAsked = true) }),
      here: (house) => rerunHere(rerunning, house, isAsked),
    });
  } finally {
    await stage.close();
  }
}

interface Rerunning {
  readonly io: Io;
  readonly prefix: string;
  readonly settings: Settings;
  readonly options: RerunOptions;
  readonly stage: Stage;
  readonly set: readonly SaidEdit[];
  readonly revisions: Revisions;
  /** What the new run is called. */
  readonly id: string;
}

/** Lets the orchestrator play it that owns the store, and follows it. Undefined when the owner is none, or is ending. */
async function rerunThere(
  { io, prefix, options, stage, set, revisions, id }: Rerunning,
  { ask, owner, onAsk }: { readonly ask: Ask; readonly owner: Owner; readonly onAsk: () => void },
): Promise<ExitCode | undefined> {
  if (options.step) return refuseWithOrchestrator("Playing step by step", ask, owner);
  const status = await ask({ op: "status" });
  if (!status?.result || status.result.state === "draining") return undefined;
  const revision = await revisions.said(prefix, ask);
  if (!revision) return undefined;
  onAsk();
  const how = { from: options.from ?? [], set, by: whoIs(io, options.by), isFork: options.fork === true };
  const begun = await ask({ op: "rerun", run: prefix, id, revision, ...how });
  if (!begun?.result) return undefined;
  return stage.follow(ask, id, owner);
}

async function rerunHere(
  { io, prefix, settings, options, stage, set, revisions, id }: Rerunning,
  house: House,
  isAsked: boolean,
): Promise<ExitCode> {
  const { engine, store, clock } = house;
  const tools = { engine, store, now: clock.now };
  const begun = isAsked ? await store.run(id) : undefined;
  if (begun) {
    const playable = await playableOf(begun, house, settings.root, stage.load);
    return stage.watch(() => resumeRun(tools, { row: begun, playable }));
  }
  const row = await findRun(store, prefix);
  const { playable, deploy } = await revisions.of(row, house);
  const given = {
    id,
    row,
    playable,
    deploy,
    from: options.from ?? [],
    set: settleEdits(set, playable),
    isFork: options.fork,
    isStepped: options.step,
    by: whoIs(io, options.by),
  };
  const steering = steeringOf(io, options, { playable, store });
  const asked = { id, set, from: given.from };
  const done = {
    run: row.id,
    who: given.by,
    action: "rerun",
    asked,
    begins: id,
    isFollowed: true,
  } as const;
  return stage.watch(() => audited(tools, done, rerunRun(tools, given)), steering);
}
