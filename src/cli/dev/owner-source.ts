import type { HowToPlay, Stepped } from "../../engine/index.ts";
import type { Edit } from "../../operations/apply-edits.ts";
import type { Decided } from "../../operations/override-orchestra.ts";
import type { SteppingCommand } from "../../operations/stepping-command.ts";
import type { ControlRequest } from "../../services/control-request.ts";
import type { ControlResults } from "../../services/perform-request.ts";
import type { CostSum } from "../../store/store.ts";
import { newId } from "../../support/ids.ts";
import type { Action, Board, LiveRun, Source } from "../../tui/source.ts";
import type { ListedOrchestra } from "../../views/orchestra-board.ts";
import type { Io } from "../io.ts";
import { readInput } from "../read-input.ts";
import { UsageError } from "../usage-error.ts";
import { Kept } from "./kept.ts";
import { isOnTerminal, openInEditor } from "./open-in-editor.ts";

/** Asks the process that owns the store; rejects when it is gone. */
export type AskOwner = <R extends ControlRequest>(request: R) => Promise<ControlResults[R["op"]]>;

/** What only the process that compiles knows. */
export type Compiled = Pick<
  Board,
  | "name"
  | "owner"
  | "isScheduled"
  | "hasTypes"
  | "scores"
  | "agents"
  | "orchestras"
  | "problems"
  | "changes"
  | "logs"
>;

export interface OwnerSourceOptions extends Pick<Source, "drawing" | "inputOf" | "subscribe"> {
  readonly io: Io;
  readonly root: string;
  /** Who decides and pauses, for the record. */
  readonly by: string;
  readonly ask: AskOwner;
  readonly compiled: () => Promise<Compiled> | Compiled;
  readonly costs: () => Promise<readonly CostSum[]>;
  /** Begins a run of a score; gives its id. */
  readonly begin: (score: string, input: unknown, how: HowToPlay) => Promise<string>;
  readonly rerun: (how: Rerunning) => Promise<string>;
  /** What is heard of a run that is played; hearing it may begin with this. */
  readonly live: (run: string) => LiveRun | undefined;
}

export interface Rerunning {
  readonly run: string;
  readonly from?: string | undefined;
  readonly set: readonly Edit[];
  readonly by: string;
}

const MOST_RUNS = 200;

/** What screens show of an owner of a store, whether it is this process or another one. */
export function ownerSource(options: OwnerSourceOptions): Source {
  const { ask, compiled, costs, drawing, inputOf, live, io } = options;
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  // What is asked of the whole store is asked seldomer than what is seen to move.
  const kept = {
    checkpoints: new Kept(() => ask({ op: "checkpoints" }), tell),
    costs: new Kept(async () => costs(), tell),
    orchestras: new Kept(() => ask({ op: "orchestras" }), tell),
  };
  return {
    async board() {
      const [runs, own, checkpoints, spent, deployed] = await Promise.all([
        ask({ op: "runs", limit: MOST_RUNS }),
        compiled(),
        kept.checkpoints.get(),
        kept.costs.get(),
        kept.orchestras.get(),
      ]);
      const whole = runs.filter(({ parent }) => parent === null);
      const orchestras = withDeployed(own.orchestras, deployed);
      return { ...own, orchestras, runs: whole, checkpoints, costs: spent };
    },
    async run(id, step) {
      const run = await ask({ op: "watch", run: id, ...(step === undefined ? {} : { step }) });
      return { ...run, live: live(id) };
    },
    formOf: (run, step) => ask({ op: "step form", run, step }),
    decisionOf: async (run, step) => (await ask({ op: "question", run, step })).schema,
    drawing,
    inputOf,
    subscribe(listener) {
      listeners.add(listener);
      const end = options.subscribe(listener);
      return () => {
        end();
        listeners.delete(listener);
        for (const one of Object.values(kept)) one.forget();
      };
    },
    needsTerminal: (action) => action.do === "open" && isOnTerminal(io),
    async perform(action) {
      const done = await perform(action, options);
      for (const one of Object.values(kept)) one.forget();
      tell();
      return done;
    },
  };
}

/** What the files say and what the store has, by id. */
function withDeployed(files: Board["orchestras"], deployed: readonly ListedOrchestra[]): Board["orchestras"] {
  const own = new Map(files.map((one) => [one.id, one]));
  for (const one of deployed) {
    const { name, score } = one;
    own.set(one.id, { name, score, ...own.get(one.id), id: one.id, deployed: one });
  }
  return [...own.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

async function perform(
  action: Action,
  { io, root, by, ask, begin, rerun, inputOf }: OwnerSourceOptions,
): Promise<string> {
  switch (action.do) {
    case "run": {
      if (!("words" in action))
        return `${await begin(action.score, action.input, { isStepped: action.isStepped })} begins`;
      const input = await readInput(action.words, {
        schema: await inputOf(action.score),
        cwd: root,
        readStdin,
      });
      return `${await begin(action.score, input, {})} begins`;
    }
    case "rerun": {
      const { run, from, input, output } = action;
      const set = [
        ...(input === undefined ? [] : [{ node: "input", path: [], value: input }]),
        ...(output === undefined ? [] : [{ node: output.step, path: [], value: output.value }]),
      ];
      return `${await rerun({ run, from, set, by })} begins`;
    }
    case "pause": {
      const { underWay } = await ask({ op: "pause", run: action.run, by });
      return underWay.length === 0 ? "paused" : `paused; ${underWay.length} under way end first`;
    }
    case "resume": {
      const { goesOn } = await ask({
        op: "resume",
        run: action.run,
        ...(action.isStepped ? { isStepped: true } : {}),
      });
      return goesOn.is === "played" ? "it goes on" : "it waits for somebody to play it";
    }
    case "cancel": {
      const { cancelled } = await ask({ op: "cancel", run: action.run, by });
      return cancelled.length === 1 ? "cancelled" : `cancelled, with ${cancelled.length - 1} that it played`;
    }
    case "decide": {
      const { goesOn } = await ask({
        op: "decide",
        run: action.run,
        step: action.step,
        value: action.value,
        by,
      });
      return goesOn.is === "held" ? `answered; ${goesOn.by} holds the run` : "answered";
    }
    case "step":
      return steppedText(
        action.command,
        await ask({ op: "step", run: action.run, command: action.command, by }),
      );
    case "orchestra": {
      const { orchestra: id, decided, why } = action;
      await ask({ op: "override", id, decided, by, ...(why === undefined ? {} : { why }) });
      return DECIDED[decided.is];
    }
    case "play": {
      const begun = await ask({ op: "playOrchestra", id: action.orchestra, run: newId("run"), by });
      if (!begun) throw new Error("the owner of the store plays what it was started for, and nothing else");
      return `${begun.run} begins`;
    }
    case "open":
      return openInEditor(io, root, action);
    case "copy":
      // The terminal's own clipboard, also through ssh.
      io.write(`\u001b]52;c;${Buffer.from(action.text).toString("base64")}\u0007`);
      return "copied";
    default:
      return action satisfies never;
  }
}

/** The screens read what is typed. */
async function readStdin(): Promise<never> {
  throw new UsageError(
    "- reads standard input, which the screens have: write key=value, @file.json or a JSON object.",
  );
}

const DECIDED: Readonly<Record<Decided["is"], string>> = {
  enable: "enabled",
  disable: "disabled",
  pause: "paused",
  resume: "it goes on",
  set: "it holds from now on",
  unset: "taken back",
};

function steppedText(command: SteppingCommand, stepped: Stepped | null): string {
  if (command.do === "continue") return "it goes on without stopping";
  if (!stepped) return "under way";
  switch (stepped.is) {
    case "completed":
      return `${stepped.step} completed`;
    case "failed":
      return `${stepped.step} failed: ${stepped.error.message}`;
    case "open":
      return `${stepped.step} waits`;
    default:
      return stepped satisfies never;
  }
}
