import type { ControlRequest } from "../../services/control-request.ts";
import type { ControlResults } from "../../services/perform-request.ts";
import type { CostSum } from "../../store/store.ts";
import type { Action, Board, Source } from "../../tui/source.ts";
import type { Io } from "../io.ts";
import { openInEditor } from "./open-in-editor.ts";

/** Asks the process that owns the store; rejects when it is gone. */
export type AskOwner = <R extends ControlRequest>(request: R) => Promise<ControlResults[R["op"]]>;

/** What only the process that compiles knows. */
export type Compiled = Pick<
  Board,
  "name" | "owner" | "scores" | "agents" | "orchestras" | "problems" | "changes" | "logs"
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
  readonly begin: (score: string, input: unknown) => Promise<string>;
  readonly rerun: (action: Extract<Action, { readonly do: "rerun" }>) => Promise<string>;
}

const MOST_RUNS = 200;

/** What screens show of an owner of a store, whether it is this process or another one. */
export function ownerSource(options: OwnerSourceOptions): Source {
  const { ask, compiled, costs, drawing, inputOf, subscribe } = options;
  return {
    async board() {
      const [runs, checkpoints, own, spent] = await Promise.all([
        ask({ op: "runs", limit: MOST_RUNS }),
        ask({ op: "checkpoints" }),
        compiled(),
        costs(),
      ]);
      const whole = runs.filter(({ parent }) => parent === null);
      return { ...own, runs: whole, checkpoints, costs: spent };
    },
    run: (id) => ask({ op: "show", run: id }),
    decisionOf: async (run, step) => (await ask({ op: "question", run, step })).schema,
    drawing,
    inputOf,
    subscribe,
    perform: (action) => perform(action, options),
  };
}

async function perform(
  action: Action,
  { io, root, by, ask, begin, rerun }: OwnerSourceOptions,
): Promise<string> {
  switch (action.do) {
    case "run":
      return `${await begin(action.score, action.input)} begins`;
    case "rerun":
      return `${await rerun(action)} begins`;
    case "pause": {
      const { underWay } = await ask({ op: "pause", run: action.run, by });
      return underWay.length === 0 ? "paused" : `paused; ${underWay.length} under way end first`;
    }
    case "resume": {
      const { goesOn } = await ask({ op: "resume", run: action.run });
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
