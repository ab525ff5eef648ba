import { basename } from "node:path";
import { Reloader } from "../../compile/reload/reloader.ts";
import { MaestroError } from "../../diagnostics/index.ts";
import { EVALUATE } from "../../paths.ts";
import { askOwner } from "../../services/ask-owner.ts";
import { newId } from "../../support/ids.ts";
import type { Source } from "../../tui/source.ts";
import { drawPlan } from "../dev/draw-plan.ts";
import { FollowLive } from "../dev/follow-live.ts";
import { LiveNotes } from "../dev/live-notes.ts";
import { type AskOwner, ownerSource } from "../dev/owner-source.ts";
import { Problems } from "../dev/problems.ts";
import { ReadLogs } from "../dev/read-logs.ts";
import { showScreens } from "../dev/show-screens.ts";
import { toOrchestra, toScores } from "../dev/to-items.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadScore, loadSettings, type Settings, workspaceOf } from "../load-workspace.ts";
import { UsageError } from "../usage-error.ts";
import { whoIs } from "../who-is.ts";

/** While something runs, and while nothing does. */
const LOOK_MS = 500;
const REST_MS = 2_000;
const COSTS_MS = 30 * 86_400_000;

/** `maestro top` and `maestro watch <run>`: the screens of `maestro dev`, on the process that owns the store. */
export async function run(asked: Io, [prefix]: string[]): Promise<ExitCode> {
  if (!asked.isTerminal)
    throw new UsageError(
      "Screens need a terminal.",
      prefix === undefined ? "maestro runs" : `maestro runs show ${prefix}`,
    );
  const settings = await loadSettings(asked);
  const io: Io = { ...asked, home: settings.root };
  const ask = askingOwner(settings);
  const shown = prefix === undefined ? undefined : (await ask({ op: "show", run: prefix })).run.id;
  if (shown === undefined) await ask({ op: "runs", limit: 1 });
  const stop = Promise.withResolvers<void>();
  const restore = io.onInterrupt(() => stop.resolve());
  const files = new Files(io);
  try {
    await showScreens(io, sourceOf(io, { settings, ask, files }), shown, stop.promise);
  } finally {
    restore();
    await files.close();
  }
  return EXIT.ok;
}

/** What the files say, compiled when it is asked for, and again with each save: who owns the store may not do so. */
class Files {
  readonly #io: Io;
  readonly #listeners = new Set<() => void>();
  #opening: Promise<Reloader> | undefined;

  constructor(io: Io) {
    this.#io = io;
  }

  now(): Promise<Reloader> {
    this.#opening ??= Reloader.open({
      workspace: workspaceOf(this.#io),
      childEntry: EVALUATE,
      onReload: () => {
        for (const listener of this.#listeners) listener();
      },
      // Nowhere is left to say it, and what was compiled last stands.
      onError: () => undefined,
    });
    return this.#opening;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    await (await this.#opening?.catch(() => undefined))?.close();
  }
}

function askingOwner({ file }: Settings): AskOwner {
  return async (request) => {
    const answer = await askOwner(file, request);
    if (!answer) throw new MaestroError("MR2081", { file });
    return answer.result;
  };
}

interface Seen {
  readonly settings: Settings;
  readonly ask: AskOwner;
  readonly files: Files;
}

function sourceOf(io: Io, { settings: { root }, ask, files }: Seen): Source {
  const problems = new Problems({ root, io });
  const planOf = async (id: string) => {
    const found = (await files.now()).scores.get(id);
    if (!found) throw new MaestroError("MR2001", { score: id, known: [], guess: undefined });
    return found.score.plan;
  };
  const notes = new LiveNotes();
  const following = new FollowLive(ask, notes);
  const logs = new ReadLogs(root);
  let isBusy = true;
  const source = ownerSource({
    io,
    root,
    by: whoIs(io, undefined),
    ask,
    compiled: async () => {
      const { scores, compilation } = await files.now();
      const { agents, orchestras, diagnostics } = compilation;
      return {
        name: basename(root),
        owner: "top",
        // An owner that stays follows them; maestro dev says so itself.
        isScheduled: true,
        hasTypes: false,
        scores: toScores(scores.all, diagnostics),
        agents: agents.map(({ id, file, model }) => ({ id, file, model })),
        orchestras: orchestras.map(toOrchestra),
        problems: await problems.of(diagnostics),
        changes: [],
        logs: await logs.read(),
      };
    },
    costs: async () => (await ask({ op: "costs", by: "score", since: Date.now() - COSTS_MS })).groups,
    begin: async (score, input, { isStepped }) => {
      const { deployment } = await loadScore(io, score);
      const run = newId("run");
      const step = isStepped ? { isStepped } : {};
      const how = { input: input ?? {}, priority: 0, isFresh: false, by: whoIs(io, undefined), ...step };
      const started = await ask({ op: "start", run, score, deployment: deployment.hash, ...how });
      if (!started) throw new UsageError("It plays what it was started for, and nothing else.");
      return started.run;
    },
    rerun: async ({ run, from, set, by }) => {
      const how = { revision: { is: "run" }, from: from === undefined ? [] : [from], isFork: false } as const;
      const begun = await ask({ op: "rerun", run, id: newId("run"), set, by, ...how });
      if (!begun) throw new UsageError("It plays what it was started for, and nothing else.");
      return begun.run;
    },
    drawing: async (id) => drawPlan(await planOf(id)),
    inputOf: async (id) => (await planOf(id)).input,
    live: (run) => following.of(run),
    subscribe: (listener) => {
      let timer: NodeJS.Timeout;
      const look = () => {
        listener();
        timer = setTimeout(look, isBusy ? LOOK_MS : REST_MS);
      };
      look();
      const endFiles = files.subscribe(listener);
      return () => {
        endFiles();
        clearTimeout(timer);
        following.close();
      };
    },
  });
  return {
    ...source,
    async board() {
      const board = await source.board();
      isBusy = board.runs.some(({ status }) => status === "running" || status === "queued");
      return board;
    },
  };
}
