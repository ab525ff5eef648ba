import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { checkpoint, defineScore, input, task } from "../../src/index.ts";
import { applyDeploy, readDeployed } from "../../src/operations/apply-deploy.ts";
import { deployChanges, stateHash } from "../../src/operations/deploy-changes.ts";
import type { DeployDraft } from "../../src/operations/deploy-draft.ts";
import { driftOf } from "../../src/operations/drift.ts";
import { planDeploy } from "../../src/operations/plan-deploy.ts";
import { readDraft } from "../../src/operations/read-draft.ts";
import { lookAtRuns, toAffected } from "../../src/operations/run-effects.ts";
import { type OrchestraPlan, PLAN_FORMAT } from "../../src/plan/index.ts";
import type { Store } from "../../src/store/store.ts";
import { openHall } from "../engine/hall.ts";

const WEEKDAYS: OrchestraPlan = {
  id: "weekdays",
  score: "letter",
  schedule: { cron: "0 9 * * 1-5", timezone: "Europe/Berlin", overlap: "skip", catchUp: "last", jitterMs: 0 },
  input: { name: "Ada" },
};

/** A draft of these orchestras, whose code is `code`. */
function draftOf(plans: readonly OrchestraPlan[], code = "a"): DeployDraft {
  const folder = mkdtempSync(join(tmpdir(), "maestro-draft-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const scores = [...new Set(plans.map(({ score }) => score))];
  const deployments = scores.map((score) => {
    const codeFile = join(folder, `${score}.mjs`);
    writeFileSync(codeFile, code);
    return { hash: `${score}-${code}`, score, plan: `{"score":"${score}"}`, codeFile };
  });
  const orchestras = plans.map((plan) => ({
    plan,
    deployment: `${plan.score}-${code}`,
    file: `${plan.id}.ts`,
  }));
  return { orchestras, deployments };
}

let time = 1_000;
const now = () => time;

async function deploy(store: Store, draft: DeployDraft) {
  const over = stateHash(await readDeployed(store));
  return applyDeploy({ store, now }, { draft, over, by: "ada", origin: "test" });
}

async function enable(store: Store, orchestra = "weekdays") {
  await store.orchestras.override({
    put: [{ orchestra, field: "enabled", value: "true", who: "ada", why: null, at: 5 }],
    removed: [],
    cursors: [{ orchestra, at: 500 }],
    audit: [],
  });
}

describe("a deploy", () => {
  test("creates what is new, with its code, and the second time nothing changes", async () => {
    const { store } = await openHall();

    expect(await deploy(store, draftOf([WEEKDAYS]))).toEqual({ created: 1, changed: 0, destroyed: 0 });
    expect(await deploy(store, draftOf([WEEKDAYS]))).toEqual({ created: 0, changed: 0, destroyed: 0 });

    const [row] = await store.orchestras.list();
    expect(row).toMatchObject({ id: "weekdays", deployment: "letter-a", cursor: null });
    expect(JSON.parse(row!.definition)).toEqual(WEEKDAYS);
    expect(await store.deployment("letter-a")).toMatchObject({ code: new Uint8Array([97]) });
    expect(await store.orchestras.audits({ limit: 9 })).toMatchObject([
      { who: "ada", origin: "test", action: "deploy create", about: "weekdays" },
    ]);
  });

  test("of another schedule begins to count from now, and of anything else goes on counting", async () => {
    const { store } = await openHall();
    await deploy(store, draftOf([WEEKDAYS]));
    await enable(store);
    time = 2_000;

    await deploy(store, draftOf([{ ...WEEKDAYS, input: { name: "Grace" } }], "b"));
    expect(await store.orchestras.find("weekdays")).toMatchObject({ cursor: 500, deployment: "letter-b" });
    await deploy(
      store,
      draftOf([{ ...WEEKDAYS, schedule: { ...WEEKDAYS.schedule!, cron: "0 8 * * *" } }], "b"),
    );

    expect(await store.orchestras.find("weekdays")).toMatchObject({ cursor: 2_000, createdAt: 1_000 });
    expect(await store.orchestras.overrides("weekdays")).toMatchObject([{ field: "enabled", value: "true" }]);
  });

  test("goes on counting when the schedule that has changed is one that an operator set", async () => {
    const { store } = await openHall();
    await deploy(store, draftOf([WEEKDAYS]));
    await enable(store);
    await store.orchestras.override({
      put: [{ orchestra: "weekdays", field: "cron", value: '"5 5 * * *"', who: "ada", why: null, at: 5 }],
      removed: [],
      cursors: [],
      audit: [],
    });

    await deploy(store, draftOf([{ ...WEEKDAYS, schedule: { ...WEEKDAYS.schedule!, cron: "0 8 * * *" } }]));

    expect(await store.orchestras.find("weekdays")).toMatchObject({ cursor: 500 });
  });

  test("that plays another score under the same id begins anew, with nothing that was decided", async () => {
    const { store } = await openHall();
    await deploy(store, draftOf([WEEKDAYS]));
    await enable(store);

    const done = await deploy(store, draftOf([{ ...WEEKDAYS, score: "other" }]));

    expect(done).toEqual({ created: 1, changed: 0, destroyed: 1 });
    expect(await store.orchestras.find("weekdays")).toMatchObject({ score: "other", cursor: null });
    expect(await store.orchestras.overrides()).toEqual([]);
  });

  test("destroys what no file defines any more, and its history stays", async () => {
    const { store } = await openHall();
    await deploy(store, draftOf([WEEKDAYS]));

    expect(await deploy(store, draftOf([]))).toEqual({ created: 0, changed: 0, destroyed: 1 });

    expect(await store.orchestras.list()).toEqual([]);
    expect(await store.orchestras.find("weekdays")).toMatchObject({ destroyedAt: expect.any(Number) });
    expect(await deploy(store, draftOf([]))).toEqual({ created: 0, changed: 0, destroyed: 0 });
  });

  test("over a state that nobody was shown is refused, and of two at once one is", async () => {
    const { store } = await openHall();
    const over = stateHash(await readDeployed(store));
    const deploying = { draft: draftOf([WEEKDAYS]), over, by: "ada", origin: "test" };

    const both = await Promise.allSettled([
      applyDeploy({ store, now }, deploying),
      applyDeploy({ store, now }, { ...deploying, draft: draftOf([]) }),
    ]);

    expect(both).toMatchObject([{ status: "fulfilled" }, { status: "rejected", reason: { code: "MR2060" } }]);
    expect(await store.orchestras.list()).toHaveLength(1);
  });

  test("whose code is not there any more writes nothing", async () => {
    const { store } = await openHall();
    const draft = draftOf([WEEKDAYS]);
    rmSync(draft.deployments[0]!.codeFile);

    await expect(deploy(store, draft)).rejects.toMatchObject({ code: "MR2063" });

    expect(await store.orchestras.list()).toEqual([]);
  });

  test.each(["", "{}", '{"orchestras":[{}],"deployments":[]}'])("of %j is none", async (text) => {
    const file = draftOf([WEEKDAYS]).deployments[0]!.codeFile;
    writeFileSync(file, text);

    expect(() => readDraft(file)).toThrow(expect.objectContaining({ code: "MR2063" }));
  });

  test("of a newer Maestro is refused by an owner that was begun before the update", () => {
    const draft = draftOf([WEEKDAYS]);
    const [deployment] = draft.deployments;
    const writeOf = (format: number) => {
      const plan = JSON.stringify({ score: "letter", format });
      writeFileSync(
        deployment!.codeFile,
        JSON.stringify({ ...draft, deployments: [{ ...deployment, plan }] }),
      );
      return deployment!.codeFile;
    };

    expect(readDraft(writeOf(PLAN_FORMAT)).orchestras).toHaveLength(1);
    expect(() => readDraft(writeOf(PLAN_FORMAT + 1))).toThrow(expect.objectContaining({ code: "MR1020" }));
  });
});

describe("a plan", () => {
  test("shows each field as it was and as it will be, and what is due before and after", async () => {
    const { store } = await openHall();
    await deploy(store, draftOf([WEEKDAYS]));
    const draft = draftOf(
      [{ ...WEEKDAYS, schedule: { ...WEEKDAYS.schedule!, cron: "0 8 * * 1-5" }, input: { name: "Grace" } }],
      "b",
    );

    const { orchestras } = await planDeploy({
      draft,
      deployed: await readDeployed(store),
      now: Date.parse("2026-11-20T12:00:00Z"),
      runsOf: async () => [],
      whyNoSecret: async () => undefined,
    });

    expect(orchestras).toMatchObject([
      {
        id: "weekdays",
        is: "change",
        isEnabled: false,
        fields: [
          { path: "schedule.cron", from: '"0 9 * * 1-5"', to: '"0 8 * * 1-5"' },
          { path: "input.name", from: '"Ada"', to: '"Grace"' },
        ],
        deployment: { from: "letter-a", to: "letter-b" },
      },
    ]);
    expect(orchestras[0]!.instants.before.map((at) => new Date(at).toISOString())).toEqual([
      "2026-11-23T08:00:00.000Z",
      "2026-11-24T08:00:00.000Z",
      "2026-11-25T08:00:00.000Z",
    ]);
    expect(orchestras[0]!.instants.after).toEqual(orchestras[0]!.instants.before.map((at) => at - 3_600_000));
  });

  test("says of each secret whether it could be opened, and why not", async () => {
    const secrets = { KEY: { is: "env", name: "KEY" }, OTHER: { is: "file", key: "OTHER" } } as const;

    const { orchestras } = await planDeploy({
      draft: draftOf([{ ...WEEKDAYS, secrets }]),
      deployed: { orchestras: [], overrides: [] },
      now: 0,
      runsOf: async () => [],
      whyNoSecret: async ({ is }) => (is === "env" ? undefined : "it is not in the file"),
    });

    expect(orchestras[0]!.secrets).toEqual([
      { secret: "KEY", source: secrets.KEY },
      { secret: "OTHER", source: secrets.OTHER, problem: "it is not in the file" },
    ]);
  });
});

const to = input(z.object({ name: z.string() }));

/** A letter that a person has to look at; `change` makes other code of it. */
function letter(change: "none" | "more" | "gone" | "input" = "none") {
  const given = change === "input" ? input(z.object({ name: z.string(), from: z.string() })) : to;
  const draft = task({ input: { name: given.name }, output: z.string(), run: async () => "Dear Ada" });
  const review = checkpoint({
    title: "Send it?",
    ...(change === "gone" ? {} : { show: draft.output }),
    decision: z.object({ send: z.boolean() }),
    timeout: "24h",
    onTimeout: "reject",
  });
  const sent = task({ after: [review], input: {}, output: z.string(), run: async () => "sent" });
  const more = change === "more" ? { sent } : {};
  const nodes = change === "gone" ? { review } : { draft, review, ...more };
  return defineScore({
    id: "letter",
    input: given as typeof to,
    nodes: nodes as never,
    output: review.output.send,
  });
}

test.each([
  ["same", letter(), "d1"],
  ["compatible", letter("more"), "d2"],
  ["needs mapping", letter("gone"), "d3"],
  ["must finish on the old one", letter("input"), "d4"],
] as const)("a run that waits for a decision is %s", async (effect, after, hash) => {
  const { store, engine, prepare } = await openHall();
  const playable = await prepare(letter() as never, "d1");
  const play = await engine.start(playable, { name: "Ada" });
  await play.ending;
  const row = (await store.run(play.id))!;
  expect(row.status).toBe("waiting");

  const effects = (
    await lookAtRuns({ store, now }, [row], { hash, playable: () => prepare(after as never, hash) })
  ).map(toAffected);

  expect(effects).toMatchObject([{ id: row.id, status: "waiting", effect }]);
  expect(effects[0]!.why.length > 0).toBe(
    effect === "needs mapping" || effect === "must finish on the old one",
  );
});

test("drift is what was decided, what no file defines, and what is not deployed", async () => {
  const { store } = await openHall();
  const LATE = { ...WEEKDAYS, id: "late" };
  await deploy(store, draftOf([WEEKDAYS, LATE]));
  await store.orchestras.override({
    put: [{ orchestra: "late", field: "cron", value: '"5 5 * * *"', who: "ada", why: "holidays", at: 0 }],
    removed: [],
    cursors: [],
    audit: [],
  });

  const draft = draftOf([
    { ...LATE, tag: "Outreach" },
    { ...WEEKDAYS, id: "new" },
  ]);

  expect(driftOf(draft, await readDeployed(store))).toEqual([
    { is: "other", orchestra: "late", fields: ["tag"] },
    {
      is: "override",
      orchestra: "late",
      field: "cron",
      value: "5 5 * * *",
      desired: '"0 9 * * 1-5"',
      who: "ada",
      why: "holidays",
      at: "1970-01-01T00:00:00.000Z",
    },
    { is: "not deployed", orchestra: "new", file: "new.ts" },
    { is: "no file", orchestra: "weekdays" },
  ]);
  expect(deployChanges(draft, await readDeployed(store)).map(({ id, is }) => [id, is])).toEqual([
    ["late", "change"],
    ["new", "create"],
    ["weekdays", "destroy"],
  ]);
});
