import { basename } from "node:path";
import type { Compilation } from "../../compile/index.ts";
import type { Reload } from "../../compile/reload/reloader.ts";
import type { RunEvent } from "../../engine/index.ts";
import type { Drawing, Source } from "../../tui/source.ts";
import type { Io } from "../io.ts";
import { whoIs } from "../who-is.ts";
import type { DevListener, DevSession } from "./dev-session.ts";
import { drawPlan } from "./draw-plan.ts";
import { LiveNotes } from "./live-notes.ts";
import { LogRing } from "./log-ring.ts";
import { type Compiled, ownerSource } from "./owner-source.ts";
import { headOf } from "./plain-lines.ts";
import { Problems } from "./problems.ts";
import { toOrchestra, toScores } from "./to-items.ts";

const MOST_CHANGES = 200;
const COSTS_MS = 30 * 86_400_000;

/** What the screens of `maestro dev` show: the session's own data, and what it was told. */
export class DevScreensData implements DevListener {
  readonly #io: Io;
  readonly #root: string;
  readonly #listeners = new Set<() => void>();
  readonly #drawings = new WeakMap<object, Promise<Drawing>>();
  #changes: string[] = [];
  readonly #logs = new LogRing();
  readonly #live = new LiveNotes();
  readonly #problems: Problems;

  constructor(io: Io, root: string) {
    this.#io = io;
    this.#root = root;
    this.#problems = new Problems({ root, io });
  }

  reloaded(reload: Reload): void {
    const at = clock();
    const lines = [...headOf(reload)].map((line) => `${at}  ${line}`);
    this.#changes = [...this.#changes, ...lines].slice(-MOST_CHANGES);
    for (const line of lines) this.#log(line.slice(at.length + 2));
    this.#tell();
  }

  began({ id, score }: { readonly id: string; readonly score: string }): void {
    this.#log(`${id} ${score} begins`);
    this.#tell();
  }

  ended(
    { id, score }: { readonly id: string; readonly score: string },
    ending: { readonly is: string },
  ): void {
    this.#log(`${id} ${score} ${ending.is}`);
    this.#tell();
  }

  /** A step of a run that is played here has begun, ended, said something; or somebody had something done. */
  heard(event?: RunEvent): void {
    if (event) this.#live.hear(event);
    if (event?.type === "log") this.#log(`${event.step}  ${event.message}`);
    this.#tell();
  }

  said(text: string): void {
    this.#log(text);
    this.#tell();
  }

  printed(text: string): void {
    for (const line of text.trimEnd().split("\n")) this.#log(line);
    this.#tell();
  }

  failed(error: unknown): void {
    this.#log(error instanceof Error ? error.message : String(error));
    this.#tell();
  }

  source(session: DevSession): Source {
    const io = this.#io;
    return ownerSource({
      io,
      root: this.#root,
      by: whoIs(io, undefined),
      ask: (request) => session.ask(request),
      compiled: () => this.#board(session),
      costs: () => session.house.store.costsBy({ by: "score", since: Date.now() - COSTS_MS }),
      live: (run) => this.#live.of(run),
      begin: async (score, input, how) =>
        (await session.begin(score, input, { ...how, by: whoIs(io, undefined) })).id,
      rerun: async (how) => (await session.rerun(how)).id,
      drawing: async (id) => {
        const { plan } = session.score(id);
        const drawing = this.#drawings.get(plan) ?? drawPlan(plan);
        this.#drawings.set(plan, drawing);
        return drawing;
      },
      inputOf: async (id) => session.score(id).plan.input,
      subscribe: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
    });
  }

  async #board(session: DevSession): Promise<Compiled> {
    const { compilation } = session;
    const { agents = [], orchestras = [], diagnostics = [] } = compilation ?? ({} as Partial<Compilation>);
    return {
      name: basename(this.#root),
      owner: compilation ? "dev" : "compiling",
      isScheduled: session.isScheduled,
      hasTypes: session.hasTypes,
      scores: toScores(session.scores, diagnostics),
      agents: agents.map(({ id, file, model }) => ({ id, file, model })),
      orchestras: orchestras.map(toOrchestra),
      problems: await this.#problems.of(diagnostics),
      changes: this.#changes,
      logs: this.#logs.lines(),
    };
  }

  #log(text: string): void {
    this.#logs.add(text);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function clock(): string {
  return new Date().toTimeString().slice(0, "00:00:00".length);
}
