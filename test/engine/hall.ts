import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { Score } from "../../src/define/define-score.ts";
import { toPlan } from "../../src/define/to-plan.ts";
import { catalogue } from "../../src/diagnostics/index.ts";
import { Engine, type Outside, type RunEvent } from "../../src/engine/index.ts";
import { NOTHING_OUTSIDE } from "../../src/engine/outside.ts";
import { innerAgents } from "../../src/operations/inner-agents.ts";
import { makePlayable } from "../../src/operations/make-playable.ts";
import { type Rerunning, rerunRun } from "../../src/operations/rerun-run.ts";
import { type Answers, resumeRun } from "../../src/operations/resume-run.ts";
import { type RunBeginnings, startRun } from "../../src/operations/start-run.ts";
import { openStore } from "../../src/store/open-store.ts";
import { systemClock } from "../../src/support/clock.ts";

const migrations = fileURLToPath(new URL("../../migrations", import.meta.url));

/** A real store in a folder of its own, and an engine over it; both are gone after the test. */
export async function openHall(
  folder = mkdtempSync(join(tmpdir(), "maestro-engine-")),
  outside: Partial<Outside> = {},
) {
  const store = await openStore({ file: join(folder, "m.db"), durability: "process", migrations });
  const engine = new Engine(store, systemClock, { ...NOTHING_OUTSIDE, ...outside });
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const prepare = async (score: Score<never, unknown>, hash?: string) => {
    const compiled = toPlan(score as never);
    const { plan } = compiled;
    const findings = compiled.findings.filter(({ code }) => catalogue[code].severity === "error");
    if (findings.length > 0) throw new Error(JSON.stringify(findings.map((finding) => finding.facts)));
    const playable = makePlayable(compiled, () => hash ?? `deployment-${plan.score}`);
    await store.saveDeployment({
      hash: playable.hash,
      score: plan.score,
      plan: JSON.stringify(plan),
      code: null,
      createdAt: 1,
      agents: innerAgents(playable),
    });
    return playable;
  };
  return {
    folder,
    store,
    engine,
    prepare,
    async start(score: Score<never, unknown>, input: unknown = {}, beginnings: RunBeginnings = {}) {
      const play = await startRun(engine, await prepare(score), input, beginnings);
      const events: RunEvent[] = [];
      play.subscribe((event) => events.push(event));
      return { ...play, events };
    },
    async resume(score: Score<never, unknown>, id: string, answers: Answers = {}, by = engine) {
      const row = await store.run(id);
      return resumeRun(
        { engine: by, store, now: systemClock.now },
        { row: row!, playable: await prepare(score), answers },
      );
    },
    async rerun(
      score: Score<never, unknown>,
      id: string,
      from: readonly string[] = [],
      more: Omit<Partial<Rerunning>, "row" | "from"> = {},
    ) {
      const row = await store.run(id);
      return rerunRun(
        { engine, store, now: systemClock.now },
        { row: row!, playable: await prepare(score), from, ...more },
      );
    },
  };
}
