import { MaestroError } from "../diagnostics/index.ts";
import type { Engine, PendingStep, StepForm, Stepped, Stepping } from "../engine/index.ts";
import type { SteppingCommand } from "../operations/stepping-command.ts";
import type { Store } from "../store/store.ts";
import { findRun } from "../views/find-run.ts";

/** What may be asked of an owner about a run that it plays step by step. */
export type SteppingRequest =
  | {
      readonly op: "step";
      readonly run: string;
      readonly command: SteppingCommand;
      readonly by: string;
    }
  /** What can be given in place of a step: the form of its output, or the cases of a switch. */
  | { readonly op: "step form"; readonly run: string; readonly step: string };

export interface SteppingResults {
  /** What came of it; `null` when it takes longer than somebody waits, when the run is at its end, or goes on by itself. */
  readonly step: Stepped | null;
  readonly "step form": StepForm;
}

interface Owning {
  readonly engine: Engine;
  readonly store: Store;
}

/** A step that takes longer goes on while its owner is asked for something else. */
const WAIT_MS = 500;

/**
 * Does to a run that is played step by step what somebody says.
 * @throws MaestroError MR2097 when it is not; as the methods of `Stepping`
 */
export async function performStepping(
  owning: Owning,
  request: SteppingRequest,
): Promise<SteppingResults[SteppingRequest["op"]]> {
  const { id } = await findRun(owning.store, request.run);
  const stepping = owning.engine.playOf(id)?.stepping;
  if (!stepping?.isOn) throw new MaestroError("MR2097", { run: id });
  if (request.op === "step form") return stepping.formOf(request.step);
  const { command, by } = request;
  switch (command.do) {
    case "next":
      return next(stepping, command.step);
    case "override":
      return stepping.override(command.step, { value: command.value, by });
    case "branch":
      return stepping.takeOther(command.step, { value: command.value, by });
    case "continue":
      stepping.continue();
      return null;
    default:
      return command satisfies never;
  }
}

/** What it comes to is seen in the run, too: nobody waits for a step that takes its time. */
async function next(stepping: Stepping, step: string | undefined): Promise<Stepped | null> {
  const playing = stepping.next(step);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), WAIT_MS);
  });
  // The store that fails tells everybody.
  playing.catch(() => {});
  try {
    return (await Promise.race([playing, late])) ?? null;
  } finally {
    clearTimeout(timer);
  }
}

/** What of a run's steps may be let go on, for screens; undefined of one that is played straight. */
export function steppingOf(engine: Engine, run: string): readonly PendingStep[] | undefined {
  const stepping = engine.playOf(run)?.stepping;
  return stepping?.isOn ? stepping.held().slice(0, MOST_HELD) : undefined;
}

const MOST_HELD = 100;
