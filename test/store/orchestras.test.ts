import { describe, expect, test } from "vitest";
import type {
  NewAudit,
  OccurrenceRow,
  OrchestraDeploy,
  OverrideChange,
  OverrideRow,
} from "../../src/store/orchestra-store.ts";
import type { Store } from "../../src/store/store.ts";
import { newFile, newRun, open, openWithRun } from "./workbench.ts";

const HASH = "a".repeat(64);

type Put = OrchestraDeploy["put"][number];

function orchestra(row: Partial<Put> = {}): Put {
  return {
    id: "weekdays",
    score: "leads",
    deployment: "d",
    definition: '{"id":"weekdays"}',
    hash: HASH,
    createdAt: 5,
    deployedAt: 5,
    ...row,
  };
}

function deploy(store: Store, change: Partial<OrchestraDeploy>): Promise<void> {
  return store.orchestras.deploy({ deployments: [], put: [], destroyed: [], audit: [], ...change });
}

function override(store: Store, change: Partial<OverrideChange>): Promise<void> {
  return store.orchestras.override({ put: [], removed: [], cursors: [], audit: [], ...change });
}

function decided(field: string, value: unknown, row: Partial<OverrideRow> = {}): OverrideRow {
  return {
    orchestra: "weekdays",
    field,
    value: JSON.stringify(value),
    who: "ada",
    why: null,
    at: 7,
    ...row,
  };
}

function skipped(instant: number, row: Partial<OccurrenceRow> = {}): OccurrenceRow {
  return { orchestra: "weekdays", instant, status: "skipped", reason: '"overlap"', run: null, ...row };
}

const audited: NewAudit = {
  at: 9,
  who: "ada",
  origin: "cli",
  action: "deploy",
  about: null,
  payload: HASH,
};

/** A store with the orchestra "weekdays". */
async function openWithOrchestra(): Promise<Store> {
  const store = await openWithRun(newFile());
  await deploy(store, { put: [orchestra()] });
  return store;
}

describe("an orchestra", () => {
  test("is there after its deploy, with the deployment that came along, and without a cursor", async () => {
    const store = await open(newFile());
    const code = new Uint8Array([1, 2, 3]);
    const deployment = { hash: "d", score: "leads", plan: "{}", code, createdAt: 4 };

    await deploy(store, { deployments: [deployment], put: [orchestra()], audit: [audited] });

    expect(await store.orchestras.list()).toEqual([{ ...orchestra(), destroyedAt: null, cursor: null }]);
    expect(await store.deployment("d")).toEqual(deployment);
    expect(await store.orchestras.audits({ limit: 9 })).toEqual([{ ...audited, id: 1 }]);
  });

  test("that is deployed again keeps its cursor and what operators decided", async () => {
    const store = await openWithOrchestra();
    await override(store, {
      put: [decided("enabled", true)],
      cursors: [{ orchestra: "weekdays", at: 70 }],
    });

    await deploy(store, { put: [orchestra({ deployedAt: 80, definition: "{}" })] });

    expect(await store.orchestras.find("weekdays")).toMatchObject({
      deployedAt: 80,
      definition: "{}",
      cursor: 70,
    });
    expect(await store.orchestras.overrides("weekdays")).toEqual([decided("enabled", true)]);
  });

  test("whose schedule has changed gets the cursor that the deploy names", async () => {
    const store = await openWithOrchestra();
    await override(store, { cursors: [{ orchestra: "weekdays", at: 70 }] });

    await deploy(store, { put: [orchestra({ cursor: 90 })] });

    expect(await store.orchestras.find("weekdays")).toMatchObject({ cursor: 90 });
  });

  test("that is destroyed is listed no more, and keeps its row, its instants and its runs", async () => {
    const store = await openWithOrchestra();
    await override(store, { put: [decided("enabled", true)] });
    await store.orchestras.decide({ orchestra: "weekdays", until: 20, occurrences: [skipped(20)] });
    await store.createRun(newRun({ id: "run_2", orchestra: "weekdays" }));

    await deploy(store, { destroyed: [{ id: "weekdays", at: 30 }] });

    expect(await store.orchestras.list()).toEqual([]);
    expect(await store.orchestras.find("weekdays")).toMatchObject({ destroyedAt: 30, cursor: null });
    expect(await store.orchestras.overrides()).toEqual([]);
    expect(await store.orchestras.occurrences({ orchestra: "weekdays", limit: 9 })).toEqual([skipped(20)]);
    expect(await store.listRuns({ limit: 9, orchestra: "weekdays" })).toHaveLength(1);
  });

  test("that is destroyed and created in one deploy begins anew", async () => {
    const store = await openWithOrchestra();
    await override(store, { put: [decided("enabled", true)], cursors: [{ orchestra: "weekdays", at: 70 }] });

    await deploy(store, {
      destroyed: [{ id: "weekdays", at: 90 }],
      put: [orchestra({ score: "other", createdAt: 90, deployedAt: 90 })],
    });

    expect(await store.orchestras.list()).toEqual([
      {
        ...orchestra({ score: "other", createdAt: 90, deployedAt: 90 }),
        destroyedAt: null,
        cursor: null,
      },
    ]);
    expect(await store.orchestras.overrides()).toEqual([]);
  });

  test("of a deployment that is not there takes the whole deploy with it", async () => {
    const store = await openWithRun(newFile());

    const refused = deploy(store, {
      put: [orchestra(), orchestra({ id: "other", deployment: "nowhere" })],
    });

    await expect(refused).rejects.toMatchObject({ code: "MR1009" });
    expect(await store.orchestras.list()).toEqual([]);
  });
});

describe("what an operator decides", () => {
  test("counts until it is decided otherwise or taken back, field by field", async () => {
    const store = await openWithOrchestra();
    await deploy(store, { put: [orchestra({ id: "another" })] });
    await override(store, {
      put: [
        decided("paused", true),
        decided("cron", "0 9 * * 1"),
        decided("enabled", true, { orchestra: "another" }),
      ],
    });

    await override(store, {
      put: [decided("cron", "0 8 * * 1", { who: "grace", why: "holidays" })],
      removed: [{ orchestra: "weekdays", field: "paused" }],
    });

    expect(await store.orchestras.overrides("weekdays")).toEqual([
      decided("cron", "0 8 * * 1", { who: "grace", why: "holidays" }),
    ]);
    expect(await store.orchestras.overrides()).toHaveLength(2);
  });
});

describe("an instant", () => {
  test("that fired is there together with its run and the cursor", async () => {
    const store = await openWithOrchestra();
    const fired: OccurrenceRow = {
      orchestra: "weekdays",
      instant: 20,
      status: "fired",
      reason: null,
      run: "run_2",
    };
    const decision = { orchestra: "weekdays", until: 25, occurrences: [skipped(10), fired] };

    await store.createRun(newRun({ id: "run_2", orchestra: "weekdays", dueAt: 20 }), { taken: [], decision });

    expect(await store.orchestras.occurrences({ orchestra: "weekdays", limit: 9 })).toEqual([
      fired,
      skipped(10),
    ]);
    expect(await store.orchestras.find("weekdays")).toMatchObject({ cursor: 25 });
    expect(await store.run("run_2")).toMatchObject({ orchestra: "weekdays", dueAt: 20 });
    expect(await store.run("run_1")).toMatchObject({ orchestra: null, dueAt: null });
  });

  test("is decided once: a second run for it is refused with everything that comes along", async () => {
    const store = await openWithOrchestra();
    await store.orchestras.decide({ orchestra: "weekdays", until: 20, occurrences: [skipped(20)] });
    const fired = skipped(20, { status: "fired", reason: null, run: "run_2" });

    const second = store.createRun(newRun({ id: "run_2" }), {
      taken: [],
      decision: { orchestra: "weekdays", until: 30, occurrences: [fired] },
    });

    await expect(second).rejects.toMatchObject({ code: "MR1009" });
    expect(await store.run("run_2")).toBeUndefined();
    expect(await store.orchestras.find("weekdays")).toMatchObject({ cursor: 20 });
  });

  test.each([
    ["fired without a run", skipped(1, { status: "fired" })],
    ["was skipped without a reason", skipped(1, { reason: null })],
    ["failed with a run", skipped(1, { status: "failed", run: "run_1" })],
  ])("that %s cannot be", async (_what, row) => {
    const store = await openWithOrchestra();

    const refused = store.orchestras.decide({ orchestra: "weekdays", until: 1, occurrences: [row] });

    await expect(refused).rejects.toMatchObject({ code: "MR1009" });
  });

  test("is found by range, the newest first", async () => {
    const store = await openWithOrchestra();
    const occurrences = [10, 20, 30, 40].map((instant) => skipped(instant));
    await store.orchestras.decide({ orchestra: "weekdays", until: 40, occurrences });

    const found = await store.orchestras.occurrences({
      orchestra: "weekdays",
      limit: 2,
      since: 10,
      before: 40,
    });

    expect(found.map(({ instant }) => instant)).toEqual([30, 20]);
  });
});

test("the audit is read from its end, of everything or about one thing", async () => {
  const store = await openWithOrchestra();
  for (const about of ["weekdays", "another", "weekdays"])
    await store.orchestras.audit({ ...audited, action: "orchestras pause", about });

  const page = await store.orchestras.audits({ limit: 1, about: "weekdays" });
  const rest = await store.orchestras.audits({ limit: 9, about: "weekdays", before: page[0]!.id });

  expect([page, rest].map((rows) => rows.map(({ id }) => id))).toEqual([[3], [1]]);
  expect(await store.orchestras.audits({ limit: 9 })).toHaveLength(3);
});
