import type { House } from "../../house.ts";
import { resumeRun } from "../../operations/resume-run.ts";
import type { ControlResults } from "../../services/perform-request.ts";
import { type Ask, atStore, type Owner, ownedBy } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings, type Settings } from "../load-workspace.ts";
import { playableOf } from "../playable-of.ts";
import { readInput } from "../read-input.ts";
import { type Showing, Stage } from "../stage.ts";
import { whoIs } from "../who-is.ts";
import { warnLines } from "../write-line.ts";
import { heldLine } from "./held-line.ts";
import { goOnByName, sayPlayedElsewhere } from "./resume.ts";

export interface DecideOptions extends Showing {
  readonly input: readonly string[];
  readonly by?: string;
}

/** `maestro decide <run> [step]`: answers a checkpoint, and goes on with the run. */
export function run(io: Io, [prefix = "", key]: string[], options: DecideOptions): Promise<ExitCode> {
  return decideAs(io, options, {
    command: "maestro decide",
    ask: (ask) => ask({ op: "question", run: prefix, ...(key === undefined ? {} : { step: key }) }),
    toValue: (said) => said,
  });
}

/** How a command comes to a decision. */
interface Way {
  readonly command: string;
  /** Which checkpoint is meant; undefined when the store's owner has gone away. */
  readonly ask: (ask: Ask) => Promise<{ readonly result: ControlResults["question"] } | undefined>;
  /** The decision, of what `--input` says. */
  readonly toValue: (said: Record<string, unknown>, question: ControlResults["question"]) => unknown;
}

/** Answers a checkpoint, and goes on with its run. */
export async function decideAs(io: Io, options: DecideOptions, way: Way): Promise<ExitCode> {
  const settings = await loadSettings(io);
  const answer = toAnswer(io, options, way);
  const done = await atStore<Done>(io, settings, {
    command: way.command,
    there: async (ask, owner) => {
      const decided = await answer(ask);
      return decided && { decided, owner };
    },
    here: async (house) => ({ exitCode: await decideHere(io, settings, { house, answer, options }) }),
  });
  if ("exitCode" in done) return done.exitCode;
  const { whole, goesOn } = done.decided;
  if (goesOn.is === "held") warnLines(io, heldLine({ id: whole }, goesOn));
  else if (goesOn.is === "played") sayPlayedElsewhere(io, { run: whole, owner: done.owner, options });
  else return goOnByName(io, settings, { prefix: whole, answers: {}, options });
  return EXIT.ok;
}

type Done =
  | { readonly exitCode: ExitCode }
  | { readonly decided: ControlResults["decide"]; readonly owner: Owner };

type Answer = (ask: Ask) => Promise<ControlResults["decide"] | undefined>;

/** Finds out what is asked, reads the decision in that form, and makes it. */
function toAnswer(io: Io, options: DecideOptions, way: Way): Answer {
  // Standard input can be read once, and the owner may go away between the two.
  let said: Promise<Record<string, unknown>> | undefined;
  return async (ask) => {
    const question = await way.ask(ask);
    if (!question) return undefined;
    const { run, step, schema, until } = question.result;
    said ??= readInput(options.input, { schema, cwd: io.cwd, readStdin: io.readStdin });
    const value = way.toValue(await said, question.result);
    const decided = await ask({ op: "decide", run, step, value, by: whoIs(io, options.by) });
    if (decided && until !== undefined && until < Date.now())
      warnLines(
        io,
        `"${step}" was to be decided by ${new Date(until).toISOString()}: no process was up then, so this still counts`,
      );
    return decided?.result;
  };
}

interface DecidingHere {
  readonly house: House;
  readonly answer: Answer;
  readonly options: DecideOptions;
}

async function decideHere(
  io: Io,
  settings: Settings,
  { house, answer, options }: DecidingHere,
): Promise<ExitCode> {
  const { root } = settings;
  const stage = await Stage.open({ io, show: options, root });
  try {
    const owned = {
      ...ownedBy(house, settings),
      playableOf: (one: Parameters<typeof playableOf>[0]) => playableOf(one, house, root, stage.load),
    };
    const { performRequest } = await import("../../services/perform-request.ts");
    const { whole, goesOn } = (await answer(async (request) => ({
      result: await performRequest(owned, request),
    })))!;
    if (goesOn.is === "held") {
      warnLines(io, heldLine({ id: whole }, goesOn));
      return EXIT.ok;
    }
    const { engine, store, clock } = house;
    const row = (await store.run(whole))!;
    const playable = await playableOf(row, house, root, stage.load);
    return await stage.watch(() => resumeRun({ engine, store, now: clock.now }, { row, playable }));
  } finally {
    await stage.close();
  }
}
