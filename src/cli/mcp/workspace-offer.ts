import { MaestroError } from "../../diagnostics/index.ts";
import { type Asked, askedBy, type Ending, type Play, type RunEvent } from "../../engine/index.ts";
import type { House } from "../../house.ts";
import { resumeRun } from "../../operations/resume-run.ts";
import { checkedInput, startRun } from "../../operations/start-run.ts";
import { type JsonSchema, toKeyText } from "../../plan/index.ts";
import type { ControlResults } from "../../services/perform-request.ts";
import { newId } from "../../support/ids.ts";
import { toReason } from "../../support/to-reason.ts";
import { version } from "../../support/version.ts";
import type { Io } from "../io.ts";
import { keepDeployment } from "../keep-deployment.ts";
import { loadPlayable } from "../load-code.ts";
import type { Isolated } from "../load-isolated.ts";
import { loadScore } from "../load-workspace.ts";
import { playableOf } from "../playable-of.ts";
import type { Keeper } from "./keeper.ts";
import type { Given, Offer, OfferedTool, Watch } from "./offer.ts";
import type { OfferedScore } from "./offered-scores.ts";

const RUN: JsonSchema = { type: "string", description: "The run's id, or the beginning of it" };

/** What can be asked about runs. A score of the same name is offered as `score_<name>`. */
const OWN: readonly OfferedTool[] = [
  {
    name: "runs_show",
    description: "What became of a run: its state, its steps, its output, and what waits for a decision.",
    input: { type: "object", properties: { run: RUN }, required: ["run"], additionalProperties: false },
    isReadOnly: true,
  },
  {
    name: "runs_cancel",
    description: "Ends a run for good.",
    input: {
      type: "object",
      properties: { run: RUN, reason: { type: "string" } },
      required: ["run"],
      additionalProperties: false,
    },
    isReadOnly: false,
  },
  {
    name: "checkpoints",
    description: "What waits for a person's decision, over all runs.",
    input: { type: "object", properties: {}, additionalProperties: false },
    isReadOnly: true,
  },
  {
    name: "approve",
    description:
      "Answers a checkpoint with a decision that a person has made, and goes on with its run. Ask the person first; never decide for them.",
    input: {
      type: "object",
      properties: {
        run: RUN,
        step: { type: "string", description: "The checkpoint, where the run has several open" },
        decision: { description: "The decision, in the form that `checkpoints` and `runs_show` say" },
      },
      required: ["run", "decision"],
      additionalProperties: false,
    },
    isReadOnly: false,
  },
];
const OWN_NAMES: ReadonlySet<string> = new Set(OWN.map(({ name }) => name));
const PREFIX = "score_";

interface Offering {
  readonly io: Io;
  readonly keeper: Keeper;
  readonly isolated: Isolated;
  readonly root: string;
  /** Who decides and cancels, for the record. */
  readonly by: string;
  /** How long a call waits for its run. */
  readonly waitMs: number;
  readonly scores: () => Promise<readonly OfferedScore[]>;
}

/** The scores of a workspace as tools, and what is needed to see to their runs. */
export function workspaceOffer(offering: Offering): Offer {
  const { keeper, by, scores } = offering;
  const own = async (
    name: string,
    input: Readonly<Record<string, unknown>>,
    watch: Watch,
  ): Promise<Given> => {
    const run = String(input.run);
    switch (name) {
      case "runs_show":
        return fine(shownRun(await keeper.ask({ op: "show", run })));
      case "runs_cancel": {
        const reason = typeof input.reason === "string" ? { reason: input.reason } : {};
        return fine(await keeper.ask({ op: "cancel", run, by, ...reason }));
      }
      case "checkpoints":
        return fine({ checkpoints: await keeper.ask({ op: "checkpoints" }) });
      default:
        return approve(offering, { run, step: input.step, decision: input.decision }, watch);
    }
  };
  return {
    version,
    instructions:
      "Each tool named for a score plays it, durably. A run that takes long goes on after the call: ask runs_show for it.",
    async tools() {
      return [...(await scores()).map(toTool), ...OWN];
    },
    async call(name, input, watch) {
      try {
        const fields = Object(input) as Readonly<Record<string, unknown>>;
        if (OWN_NAMES.has(name)) return await own(name, fields, watch);
        return await playScore(offering, { id: toScoreId(name), input }, watch);
      } catch (error) {
        return failed(error);
      }
    },
  };
}

function toTool({ id, title, description, input }: OfferedScore): OfferedTool {
  const said = description || title || `Plays the score "${id}".`;
  return {
    name: OWN_NAMES.has(id) || id.startsWith(PREFIX) ? `${PREFIX}${id}` : id,
    ...(title === undefined ? {} : { title }),
    description: said,
    input: input?.type === "object" ? input : { type: "object", properties: {} },
    isReadOnly: false,
  };
}

function toScoreId(name: string): string {
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
}

async function playScore(
  offering: Offering,
  { id, input }: { readonly id: string; readonly input: unknown },
  watch: Watch,
): Promise<Given> {
  const { io, keeper, isolated, by } = offering;
  const { deployment, playable } = await loadPlayable(io, await loadScore(io, id), isolated.load);
  // Before the store is opened: a wrong input waits for nobody and leaves nothing behind.
  await checkedInput(playable, input);
  const run = newId("run");
  const request = {
    op: "start" as const,
    run,
    score: id,
    deployment: deployment.hash,
    by,
    input: input ?? {},
  };
  const hear = toHear(watch);
  const here = async (house: House) => {
    await keepDeployment({ deployment, playable }, house);
    const { engine, store, clock } = house;
    // Another process may have begun it, and ended before it answered.
    const row = await store.run(run);
    return row
      ? resumeRun({ engine, store, now: clock.now }, { row, playable })
      : startRun(engine, playable, input, { id: run, by: { who: by, origin: "cli" } });
  };
  const play = await keeper.begin({ ...request, priority: 0, isFresh: false }, { here, hear });
  return waitFor(play, offering);
}

async function approve(
  offering: Offering,
  { run, step, decision }: { readonly run: string; readonly step: unknown; readonly decision: unknown },
  watch: Watch,
): Promise<Given> {
  const { keeper, isolated, root, by } = offering;
  const asked = await keeper.ask({ op: "question", run, ...(typeof step === "string" ? { step } : {}) });
  const { whole, goesOn } = await keeper.ask({
    op: "decide",
    run: asked.run,
    step: asked.step,
    value: decision ?? null,
    by,
  });
  if (goesOn.is !== "at rest") return fine({ run: whole, decided: asked.step, goesOn });
  const here = async ({ engine, store, clock }: House) => {
    const row = (await store.run(whole))!;
    const playable = await playableOf(row, { store }, root, isolated.load);
    return resumeRun({ engine, store, now: clock.now }, { row, playable });
  };
  const play = await keeper.begin(undefined, { here, hear: toHear(watch) });
  return waitFor(play, offering);
}

/** Waits for a run's end, or for as long as a call may take: then it goes on by itself. */
async function waitFor(play: Play, { waitMs }: Offering): Promise<Given> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), waitMs);
  });
  try {
    const ended = await Promise.race([play.ending, late]);
    if (ended) return toGiven(play.id, ended);
    return fine({ run: play.id, status: "running", next: "ask runs_show what became of it" });
  } finally {
    clearTimeout(timer);
  }
}

/** Counts what begins and ends. */
function toHear(watch: Watch): (event: RunEvent) => void {
  let done = 0;
  return (event) => {
    const message = toMessage(event);
    if (message !== undefined) watch(++done, message);
  };
}

function toMessage(event: RunEvent): string | undefined {
  switch (event.type) {
    case "step.started":
      return `${toKeyText(event.step)} began`;
    case "step.completed":
      return `${toKeyText(event.step)} completed`;
    case "step.failed":
      return `${toKeyText(event.step)} failed: ${event.error.message}`;
    case "tool.called":
      return `${toKeyText(event.step)} called ${event.tool}`;
    default:
      return undefined;
  }
}

function nextOf([first]: readonly Asked[]): string {
  return first?.isInterrupted
    ? `a person decides: maestro resume ${first.run}`
    : "a person decides: see checkpoints, approve";
}

function toGiven(run: string, ending: Ending): Given {
  switch (ending.is) {
    case "completed":
      return fine({
        run,
        status: "completed",
        output: ending.output,
        ...(ending.gaps ? { gaps: ending.gaps } : {}),
      });
    case "failed": {
      const { code, message } = ending.error;
      return {
        value: { run, status: "failed", step: ending.step ?? null, error: { code, message } },
        isError: true,
      };
    }
    case "waiting":
      return fine({
        run,
        status: "waiting",
        checkpoints: ending.steps,
        ...(ending.inside ? { inside: ending.inside } : {}),
        next: nextOf(askedBy(run, ending)),
      });
    case "asking":
      return fine({
        run,
        status: "paused",
        asks: ending.steps,
        next: `a person decides: maestro resume ${run}`,
      });
    case "paused":
    case "cancelled":
      return fine({ run, status: ending.is, by: ending.by });
    case "stopped":
      return fine({ run, status: "paused", next: `it goes on with: maestro resume ${run}` });
    default:
      return ending satisfies never;
  }
}

function shownRun({ run, output, error, reason, steps, isPlayed }: ControlResults["show"]): object {
  return {
    run: run.id,
    score: run.score,
    status: run.status,
    isPlayed,
    output,
    error: error ?? null,
    reason,
    steps: steps.map(({ key, status, error: why }) => ({
      step: key,
      status,
      ...(why ? { error: why } : {}),
    })),
  };
}

function fine(value: object): Given {
  return { value, isError: false };
}

function failed(error: unknown): Given {
  const code = error instanceof MaestroError ? { code: error.code, hint: error.hint } : {};
  return {
    value: { error: error instanceof MaestroError ? error.message : toReason(error), ...code },
    isError: true,
  };
}
