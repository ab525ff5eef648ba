import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { Score } from "../../src/define/define-score.ts";
import { toPlan } from "../../src/define/to-plan.ts";
import { Engine, type Outside, type Playable, type RunEvent } from "../../src/engine/index.ts";
import { NOTHING_OUTSIDE } from "../../src/engine/outside.ts";
import { makePlayable } from "../../src/operations/make-playable.ts";
import { type Answers, resumeRun } from "../../src/operations/resume-run.ts";
import { startRun } from "../../src/operations/start-run.ts";
import { CHILD, MIGRATIONS } from "../../src/paths.ts";
import { ChildPlayers, type ChildPlayersOptions } from "../../src/services/children/child-players.ts";
import { openStore } from "../../src/store/open-store.ts";
import { systemClock } from "../../src/support/clock.ts";

/** Where author code is played: one body of tests over each. */
export const PLACES = ["inline", "children"] as const;
export type Place = (typeof PLACES)[number];

interface HallOptions {
  readonly outside?: Partial<Outside>;
  readonly players?: Partial<ChildPlayersOptions>;
  /** Is given what ends the hall; by default that is done after the test. */
  readonly whenOver?: (end: () => Promise<void>) => void;
}

/** Tests wait for facts; on a busy machine a process takes a while to come up. */
export const SOON = { timeout: 30_000 };
const HERE = fileURLToPath(new URL(".", import.meta.url));

/** A store and an engine in a folder of their own, and scores of a file beside this one, played inline or in children. */
export async function openHall(
  place: Place,
  { outside, players: settings, whenOver = onTestFinished }: HallOptions = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "maestro-conformance-"));
  const store = await openStore({
    file: join(folder, "m.db"),
    durability: "process",
    migrations: MIGRATIONS,
  });
  const engine = new Engine(store, systemClock, { ...NOTHING_OUTSIDE, root: folder, ...outside });
  const output: string[] = [];
  const players = new ChildPlayers({
    entry: CHILD,
    root: folder,
    graceMs: 2_000,
    onOutput: (text) => output.push(text),
    ...settings,
  });
  let isOpen = true;
  const close = async () => {
    if (!isOpen) return;
    isOpen = false;
    await engine.stop(new Error("the test is over"), 1_000);
    await players.close();
    await store.close();
  };
  whenOver(async () => {
    await close();
    rmSync(folder, { recursive: true, force: true });
  });
  const prepared = new Map<string, Promise<Playable>>();
  const prepare = (name: string, from = "scores.ts") => {
    const known = prepared.get(name);
    if (known) return known;
    const playable = load(name, from);
    prepared.set(name, playable);
    return playable;
  };
  const load = async (name: string, from: string) => {
    const { scores } = (await import(join(HERE, from))) as {
      readonly scores: Record<string, Score<never, unknown>>;
    };
    const compiled = toPlan(scores[name] as never);
    if (compiled.findings.length > 0) throw new Error(JSON.stringify(compiled.findings));
    const plan = JSON.stringify(compiled.plan);
    const hash = `deployment-${name}`;
    await store.saveDeployment({ hash, score: compiled.plan.score, plan, code: null, createdAt: 1 });
    if (place === "inline") return makePlayable(compiled, () => hash);
    const codeFile = join(folder, `${name}.ts`);
    writeFileSync(
      codeFile,
      `import { scores } from ${JSON.stringify(join(HERE, from))};\nexport default scores[${JSON.stringify(name)}];\n`,
    );
    return players.prepare({ hash, plan, codeFile });
  };
  return {
    folder,
    store,
    engine,
    players,
    /** What author code printed that belongs to no step. */
    output,
    prepare,
    close,
    async start(name: string, input: unknown = {}, from?: string) {
      const play = await startRun(engine, await prepare(name, from), input);
      const events: RunEvent[] = [];
      play.subscribe((event) => events.push(event));
      return { ...play, events };
    },
    async resume(name: string, id: string, answers: Answers = {}) {
      const row = await store.run(id);
      const playable = await prepare(name);
      return resumeRun({ engine, store, now: systemClock.now }, { row: row!, playable, answers });
    },
    /** Keys, attempts and states of a run's steps, in order. */
    async stepsOf(id: string) {
      const rows = await store.stepsOf(id);
      return rows
        .map(({ key, attempt, status }) => `${key} ${attempt} ${status}`)
        .sort((a, b) => a.localeCompare(b, "en"));
    },
    /** A file of its own, for what tasks write down. */
    newLedger() {
      const ledger = join(folder, `ledger-${randomUUID()}`);
      writeFileSync(ledger, "");
      return ledger;
    },
    /** Everything that is on disk. */
    bytes() {
      return readdirSync(folder)
        .filter((name) => name.startsWith("m.db"))
        .map((name) => readFileSync(join(folder, name), "latin1"))
        .join("");
    },
  };
}
