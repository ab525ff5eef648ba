import { fileURLToPath } from "node:url";
import { z } from "zod";
import { toPlan } from "../../src/define/to-plan.ts";
import { Engine } from "../../src/engine/index.ts";
import { defineScore, input, task } from "../../src/index.ts";
import { makePlayable } from "../../src/operations/make-playable.ts";
import { startRun } from "../../src/operations/start-run.ts";
import { openFace } from "../../src/services/orchestrator/open-face.ts";
import { sign } from "../../src/services/webhooks/signature.ts";
import { Webhooks } from "../../src/services/webhooks/webhooks.ts";
import type { Connection } from "../../src/store/connection.ts";
import { openStore } from "../../src/store/open-store.ts";
import { systemClock } from "../../src/support/clock.ts";

const KEY = Buffer.alloc(32, 7);
const BODY = '{"item":"tea"}';
const migrations = fileURLToPath(new URL("../../migrations", import.meta.url));

/** A store with an orchestra that calls begin, and the address at which they are received. */
export async function openHooked(file: string, connect?: (path: string) => Connection) {
  const store = await openStore({ file, durability: "process", migrations, ...(connect ? { connect } : {}) });
  const given = input(z.object({ order: z.object({ item: z.string() }) }));
  const work = task({
    input: { item: given.order.item },
    output: z.string(),
    run: ({ input }) => input.item,
  });
  const score = defineScore({ id: "hooked", input: given, nodes: { work }, output: work.output });
  const playable = makePlayable(toPlan(score as never), () => "deployment-1");
  const { hash, plan } = playable;
  await store.saveDeployment({
    hash,
    score: plan.score,
    plan: JSON.stringify(plan),
    code: null,
    createdAt: 1,
  });
  const on = [{ is: "webhook", secret: { is: "env", name: "SHOP" }, into: "order" }];
  const definition = JSON.stringify({ id: "shop", score: "hooked", input: {}, on });
  const row = {
    id: "shop",
    score: "hooked",
    deployment: hash,
    hash: "a".repeat(64),
    createdAt: 1,
    deployedAt: 1,
  };
  if (!(await store.orchestras.find("shop"))) {
    await store.orchestras.deploy({
      deployments: [],
      put: [{ ...row, definition }],
      destroyed: [],
      audit: [],
    });
    const enabled = { orchestra: "shop", field: "enabled", value: "true", who: "ada", why: null, at: 1 };
    await store.orchestras.override({ put: [enabled], removed: [], cursors: [], audit: [] });
  }
  const engine = new Engine(store, systemClock);
  const webhooks = new Webhooks({
    store,
    now: systemClock.now,
    log: { info() {}, warn() {}, error() {} },
    open: async () => ({ value: KEY.toString("base64") }),
    begin: ({ row: { id }, input: value, webhookId }) =>
      startRun(engine, playable, value, { of: { orchestra: id, webhookId } }),
    onLost() {},
  });
  const face = await openFace({ port: 0, read: async () => ({}), receive: (call) => webhooks.receive(call) });
  return {
    store,
    /** Sends the call that the tests are about. */
    async send() {
      const timestamp = `${Math.floor(Date.now() / 1_000)}`;
      const signature = sign({ id: "msg_1", timestamp, body: Buffer.from(BODY) }, KEY);
      const said = await fetch(`http://127.0.0.1:${face.port}/hooks/shop`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "webhook-id": "msg_1",
          "webhook-timestamp": timestamp,
          "webhook-signature": signature,
        },
        body: BODY,
      });
      return { status: said.status, ...((await said.json()) as { readonly run: string }) };
    },
    async close() {
      await face.close();
      await engine.stop(new Error("over"), 100);
      await store.close();
    },
  };
}
