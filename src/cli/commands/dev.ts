import type { Compilation } from "../../compile/index.ts";
import { MaestroError } from "../../diagnostics/index.ts";
import { type DevListener, DevSession } from "../dev/dev-session.ts";
import { DevScreensData } from "../dev/dev-source.ts";
import { jsonLines } from "../dev/json-lines.ts";
import { plainLines } from "../dev/plain-lines.ts";
import { Replay } from "../dev/replay.ts";
import { showScreens } from "../dev/show-screens.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { keepHeapLean } from "../keep-heap-lean.ts";
import { loadSettings, workspaceOf } from "../load-workspace.ts";

interface Options {
  readonly rerun?: string;
  readonly input: readonly string[];
  /** False with --no-types. */
  readonly types: boolean;
  readonly plain?: boolean;
  readonly schedules?: boolean;
  readonly json?: boolean;
}

/** `maestro dev`: owner of the store, compiler and players while somebody works on the workspace. */
export async function run(asked: Io, _args: string[], options: Options): Promise<ExitCode> {
  const { rerun, input, types, schedules: hasSchedules = false, json = false } = options;
  keepHeapLean();
  const workspace = workspaceOf(asked);
  const io: Io = { ...asked, home: workspace.root };
  const settings = await loadSettings(io);
  const isDrawn = io.isTerminal && !options.plain && !json;
  const data = isDrawn ? new DevScreensData(io, workspace.root) : undefined;
  const shown: DevListener = data ?? (json ? jsonLines(io) : plainLines(io, workspace.root));
  const replay =
    rerun === undefined
      ? undefined
      : new Replay(io, { score: rerun, input, onError: shown.failed.bind(shown) });
  const listener = listening(shown, replay, rerun);
  const stop = Promise.withResolvers<void>();
  const onLeave = () => stop.resolve();
  const opening = { io, workspace, settings, listener, hasTypes: types, hasSchedules, onLeave };
  const session = await DevSession.open(opening).catch(toOwned);
  if (replay) replay.session = session;
  let isStopping = false;
  const leave = () => {
    if (isStopping) io.leave(EXIT.interrupted);
    isStopping = true;
    stop.resolve();
  };
  // A terminal that is closed is left like one in which somebody quits.
  const restore = io.onInterrupt(leave);
  const endHangup = io.onHangup(() => stop.resolve());
  try {
    if (!data) sayReady(io, json);
    void session.goOnWithAll();
    const compiled = session.compile().then(() => data || json || sayWhatIsMissing(io, session.compilation));
    // Until somebody quits; what cannot be compiled at all ends it as well.
    const failed = compiled.then(() => stop.promise);
    const screens = data && showScreens(io, data.source(session), undefined, stop.promise);
    await Promise.race([failed, stop.promise, ...(screens ? [screens] : [])]);
    stop.resolve();
    await screens;
  } finally {
    restore();
    await session.close();
    endHangup();
  }
  return EXIT.ok;
}

/** Each good save of one score plays it again. */
function listening(shown: DevListener, replay: Replay | undefined, rerun: string | undefined): DevListener {
  return {
    reloaded(reload) {
      shown.reloaded(reload);
      const own = reload.scores.find(({ id }) => id === rerun);
      if (own && own.is !== "broken" && own.is !== "removed") void replay?.play();
    },
    began: (run) => shown.began(run),
    ended: (run, ending, ms) => shown.ended(run, ending, ms),
    printed: (text) => shown.printed(text),
    said: (text) => shown.said(text),
    failed: (error) => shown.failed(error),
    ...(shown.heard ? { heard: (event) => shown.heard!(event) } : {}),
  };
}

/** Another owner can be looked at, and asked. */
function toOwned(error: unknown): never {
  if (!(error instanceof MaestroError) || error.code !== "MR1007") throw error;
  throw new MaestroError("MR2080", (error as MaestroError<"MR1007">).facts);
}

function sayReady(io: Io, json: boolean): void {
  io.write(
    json
      ? `${JSON.stringify({ type: "ready", at: Date.now(), pid: io.pid })}\n`
      : "ready: other commands reach this store through this process; Ctrl-C ends it\n",
  );
}

function sayWhatIsMissing(io: Io, compilation: Compilation | undefined): void {
  if (compilation?.scores.length === 0 && compilation.diagnostics.length === 0)
    io.write(
      "there is no score yet: write one in scores/, or begin with an example: maestro init . --force\n",
    );
}
