import { createHash, randomBytes } from "node:crypto";
import { request } from "node:http";
import { connect } from "node:net";
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { defineScore, input, task } from "../../src/index.ts";
import { startRun } from "../../src/operations/start-run.ts";
import type { OrchestraPlan } from "../../src/plan/index.ts";
import { openFace } from "../../src/services/orchestrator/open-face.ts";
import { isSignedWith, sign, toKey } from "../../src/services/webhooks/signature.ts";
import { Webhooks } from "../../src/services/webhooks/webhooks.ts";
import { openHall } from "../engine/hall.ts";

const NOW = Date.UTC(2026, 5, 1, 12);
const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const OTHER = `whsec_${Buffer.alloc(32, 8).toString("base64")}`;

/** HMAC as RFC 2104 has it, from the hash alone. */
function byHand(key: Uint8Array, text: Uint8Array): string {
  const hash = (...parts: Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest();
  const block = Buffer.alloc(64);
  Buffer.from(key.length > 64 ? hash(key) : key).copy(block);
  const padded = (byte: number) => Buffer.from(block.map((one) => one ^ byte));
  return hash(padded(0x5c), hash(padded(0x36), text)).toString("base64");
}

/** The headers that a sender has for a body. */
function headersFor(
  body: string | Buffer,
  {
    id = "msg_1",
    secret = SECRET,
    at = NOW,
    signature,
  }: Partial<Record<"id" | "secret" | "signature", string>> & { readonly at?: number } = {},
) {
  const timestamp = `${Math.floor(at / 1_000)}`;
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const made = `v1,${byHand(key, Buffer.concat([Buffer.from(`${id}.${timestamp}.`), Buffer.from(body)]))}`;
  return {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signature ?? made,
  } as Record<string, string>;
}

type Said = {
  readonly status: number | undefined;
  readonly body: { run?: string; error?: string };
  readonly retry: string | undefined;
};

/** Everything that a call needs: a store, an engine, one orchestra with a webhook, and the port it is received at. */
async function openHooked(plan: Partial<OrchestraPlan> = {}, askingMs?: number) {
  const hall = await openHall();
  const { store, engine } = hall;
  const given = input(z.object({ name: z.string(), order: z.object({ item: z.string() }).optional() }));
  const work = task({
    input: { given: given.order },
    output: z.object({ item: z.string() }).nullable(),
    run: ({ input }) => input.given ?? null,
  });
  const playable = await hall.prepare(
    defineScore({ id: "work", input: given, nodes: { work }, output: work.output }) as never,
  );
  const webhook = { is: "webhook", secret: { is: "env", name: "SHOP" }, into: "order" } as const;
  const definition = { id: "shop", score: "work", input: { name: "ada" }, on: [webhook], ...plan };
  const row = {
    id: "shop",
    score: "work",
    deployment: playable.hash,
    hash: "a".repeat(64),
    createdAt: NOW - 1,
    deployedAt: NOW - 1,
  };
  await store.orchestras.deploy({
    deployments: [],
    put: [{ ...row, definition: JSON.stringify(definition) }],
    destroyed: [],
    audit: [],
  });
  const say = (field: string, value: boolean) =>
    store.orchestras.override({
      put: [{ orchestra: "shop", field, value: JSON.stringify(value), who: "ada", why: null, at: NOW }],
      removed: [],
      cursors: [],
      audit: [],
    });
  await say("enabled", true);
  const clock = { now: NOW };
  const told: string[] = [];
  const hear = (event: string, facts: object = {}) => void told.push(`${event} ${JSON.stringify(facts)}`);
  const keys: Record<string, string> = { SHOP: SECRET, BANK: OTHER };
  const webhooks = new Webhooks({
    store,
    now: () => clock.now,
    log: { info: hear, warn: hear, error: hear },
    open: async (source) => {
      const value = source.is === "env" ? keys[source.name] : undefined;
      return value === undefined ? { problem: "it is not set" } : { value };
    },
    begin: ({ row: { id }, input: value, webhookId }) =>
      startRun(engine, playable, value, { of: { orchestra: id, webhookId } }),
    onLost: (error) => hear(`lost ${error}`),
  });
  const face = await openFace({
    port: 0,
    read: async () => ({}),
    receive: (call) => webhooks.receive(call),
    ...(askingMs === undefined ? {} : { askingMs }),
  });
  onTestFinished(async () => {
    await face.close();
    await engine.stop(new Error("over"), 100);
  });
  const post = (body: string | Buffer, headers = headersFor(body), path = "/hooks/shop", method = "POST") =>
    new Promise<Said>((resolve, reject) => {
      const asked = request({ host: "127.0.0.1", port: face.port, path, method, headers }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.on("end", () => {
          const { statusCode: status, headers: said } = response;
          const isJson = said["content-type"] === "application/json";
          resolve({ status, body: isJson ? JSON.parse(text) : { error: text }, retry: said["retry-after"] });
        });
      }).on("error", reject);
      asked.end(body);
    });
  const runs = () => store.listRuns({ limit: 100, orchestra: "shop" });
  const rows = () => store.orchestras.deliveries({ orchestra: "shop", limit: 100 });
  return { ...hall, post, face, runs, rows, say, clock, keys, told, webhooks };
}

const ORDER = '{"item":"tea"}';

describe("a signature", () => {
  test("is the one that Standard Webhooks gives as its example", () => {
    const found = toKey("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") as { readonly key: Buffer };
    const id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const signed = { id, timestamp: "1614265330", body: Buffer.from('{"test": 2432232314}') };

    expect(sign(signed, found.key)).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  });

  const bytes = (min: number, max: number) => fc.uint8Array({ minLength: min, maxLength: max });
  property.prop([
    bytes(24, 100),
    fc.string(),
    fc.nat().map(String),
    bytes(0, 300),
    fc.array(fc.base64String()),
  ])(
    "is the HMAC of id, time and body, wherever it stands among others",
    (key, id, timestamp, body, others) => {
      const own = `v1,${byHand(key, Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]))}`;
      const signed = { id, timestamp, body };

      expect(sign(signed, key)).toBe(own);
      const more = others.map((other, i) => `v${i % 3},${other}`);
      expect(isSignedWith(key, signed, [...more, own].join(" "))).toBe(true);
      expect(isSignedWith(key, signed, [own, ...more].join(" "))).toBe(true);
      expect(isSignedWith(key, signed, more.join(" "))).toBe(false);
    },
  );

  property.prop([bytes(24, 64), bytes(1, 100), fc.nat(), fc.integer({ min: 1, max: 255 })])(
    "fits nothing of which one byte is another, and no other version of itself",
    (key, body, at, by) => {
      const signed = { id: "msg_1", timestamp: "1780315200", body };
      const own = sign(signed, key);
      const changed = (bytesOf: Uint8Array) =>
        bytesOf.map((one, i) => (i === at % bytesOf.length ? one ^ by : one));

      expect(isSignedWith(changed(key), signed, own)).toBe(false);
      expect(isSignedWith(key, { ...signed, body: changed(body) }, own)).toBe(false);
      expect(isSignedWith(key, { ...signed, timestamp: "1780315201" }, own)).toBe(false);
      for (const wrong of [own.slice(0, -1), own.slice(3), `${own}=`, own.replace("v1", "v2"), ""])
        expect(isSignedWith(key, signed, wrong)).toBe(false);
    },
  );
});

describe("a call", () => {
  test("that is signed begins one run with its body in it; who sends it again is told the same run", async () => {
    const { post, runs, rows, store, webhooks } = await openHooked();

    const first = await post(ORDER);
    const again = await post(ORDER, headersFor(ORDER, { at: NOW + 60_000 }));

    expect(first.status).toBe(202);
    expect(again).toMatchObject({ status: 200, body: first.body });
    const run = await store.run(first.body.run!);
    expect(JSON.parse(run!.input)).toEqual({ name: "ada", order: { item: "tea" } });
    expect(await runs()).toMatchObject([{ id: first.body.run, orchestra: "shop", dueAt: null }]);
    expect(await rows()).toMatchObject([
      { status: "fired", webhookId: "msg_1", run: first.body.run, reason: null },
    ]);
    expect(webhooks.received).toEqual({ fired: 1, again: 1, refused: 0 });
  });

  test("that comes ten times at once begins one run", async () => {
    const { post, runs, webhooks } = await openHooked();

    const said = await Promise.all(Array.from({ length: 10 }, () => post(ORDER)));

    expect(new Set(said.map(({ body }) => body.run)).size).toBe(1);
    expect(said.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(await runs()).toHaveLength(1);
    expect(webhooks.received).toEqual({ fired: 1, again: 9, refused: 0 });
  });

  test("may be signed with any of several keys, as when one is replaced, and for any of an orchestra's webhooks", async () => {
    const on = [
      { is: "webhook", secret: { is: "env", name: "SHOP" }, into: "order" },
      { is: "webhook", secret: { is: "env", name: "BANK" } },
    ] as const;
    const { post, store } = await openHooked({ on });
    const old = headersFor(ORDER, { secret: OTHER.replace(/C/g, "D") })["webhook-signature"];
    const both = headersFor(ORDER)["webhook-signature"];

    const rotated = await post(ORDER, headersFor(ORDER, { signature: `${old} v1a,xyz ${both}` }));
    const bank = await post("[1]", headersFor("[1]", { id: "bank_1", secret: OTHER }));

    expect([rotated.status, bank.status]).toEqual([202, 202]);
    expect(JSON.parse((await store.run(rotated.body.run!))!.input)).toHaveProperty("order");
    expect(JSON.parse((await store.run(bank.body.run!))!.input)).toEqual({ name: "ada" });
  });

  test("whose body does not fit the input is refused with the reason, and may come again when it fits", async () => {
    const { post, runs, rows } = await openHooked();

    const wrong = await post('{"item":5}');
    const right = await post(ORDER);

    expect(wrong).toMatchObject({ status: 400, body: { error: expect.stringContaining("order.item") } });
    expect(right.status).toBe(202);
    expect(await runs()).toHaveLength(1);
    expect(await rows()).toMatchObject([
      { status: "fired" },
      { status: "refused", webhookId: "msg_1", run: null, reason: expect.stringContaining("order.item") },
    ]);
  });

  test("waits outside while the orchestra is paused or nothing begins any more, and finds nobody when it is disabled", async () => {
    const { post, say, runs, rows, engine } = await openHooked();

    await say("paused", true);
    const paused = await post(ORDER);
    await say("paused", false);
    await say("enabled", false);
    const disabled = await post(ORDER);
    await say("enabled", true);
    await engine.drain(new Error("ending"), 1_000);
    const draining = await post(ORDER);

    expect([paused.status, paused.retry]).toEqual([503, "30"]);
    expect([draining.status, draining.retry]).toEqual([503, "30"]);
    expect(disabled.status).toBe(404);
    expect(await runs()).toEqual([]);
    expect((await rows()).map(({ reason }) => reason)).toEqual([
      "nothing begins any more: the orchestrator is ending",
      "the orchestra is not enabled",
      "the orchestra is paused",
    ]);
  });

  test("cannot be checked without a key: its sender is asked to come again, and the log says why, without the key", async () => {
    const { post, keys, told, clock } = await openHooked();
    keys.SHOP = "whsec_tooShortToBeAKey";

    const short = await post(ORDER);
    delete keys.SHOP;
    clock.now += 61_000;
    const missing = await post(ORDER, headersFor(ORDER, { at: clock.now }));
    keys.SHOP = SECRET;
    clock.now += 61_000;
    const there = await post(ORDER, headersFor(ORDER, { at: clock.now }));

    expect(short).toMatchObject({ status: 503, body: { error: "its signature cannot be checked now" } });
    expect([missing.status, there.status]).toEqual([503, 202]);
    expect(told[0]).toContain(
      'The key env(\\"SHOP\\") of the webhook of orchestra \\"shop\\" cannot be used: it has',
    );
    expect(told[1]).toContain("it is not set");
    expect(told.join()).not.toContain("tooShort");
  });
});

describe("an attacker", () => {
  const long = `{"item":"${"x".repeat(1_048_577)}"}`;
  const deep = `${"[".repeat(65)}${"]".repeat(65)}`;
  const at = (moved: number) => headersFor(ORDER, { at: NOW + moved });
  const without = (name: string) =>
    Object.fromEntries(Object.entries(headersFor(ORDER)).filter(([key]) => key !== name));
  const cases: readonly [string, number, string | Buffer, Record<string, string>, string?, string?][] = [
    ["another key", 401, ORDER, headersFor(ORDER, { secret: OTHER })],
    ["no signature", 401, ORDER, without("webhook-signature")],
    [
      "half a signature",
      401,
      ORDER,
      headersFor(ORDER, { signature: headersFor(ORDER)["webhook-signature"]!.slice(0, 20) }),
    ],
    ["another body", 401, '{"item":"gold"}', headersFor(ORDER)],
    ["a shortened body", 401, ORDER.slice(0, -1), headersFor(ORDER)],
    ["another id", 401, ORDER, { ...headersFor(ORDER), "webhook-id": "msg_2" }],
    ["no id", 401, ORDER, without("webhook-id")],
    ["an id of 300 characters", 401, ORDER, headersFor(ORDER, { id: "x".repeat(300) })],
    ["no time", 401, ORDER, without("webhook-timestamp")],
    ["a time that is none", 401, ORDER, { ...headersFor(ORDER), "webhook-timestamp": "1e9" }],
    ["a recording from six minutes ago", 401, ORDER, at(-360_000)],
    ["a time in six minutes", 401, ORDER, at(360_000)],
    ["a body that is too large", 413, long, headersFor(long)],
    ["no JSON", 400, "item=tea", headersFor("item=tea")],
    [
      "bytes that are no text",
      400,
      Buffer.from([0x22, 0xff, 0x22]),
      headersFor(Buffer.from([0x22, 0xff, 0x22])),
    ],
    ["a body that is too deep", 400, deep, headersFor(deep)],
    [
      "a key that means something to JavaScript",
      400,
      '{"__proto__":{"item":"x"}}',
      headersFor('{"__proto__":{"item":"x"}}'),
    ],
    ["half a character", 202, '{"item":"\\ud800"}', headersFor('{"item":"\\ud800"}')],
    ["a NUL", 202, '{"item":"\\u0000"}', headersFor('{"item":"\\u0000"}')],
    ["a key with a NUL", 400, '{"i\\u0000":1}', headersFor('{"i\\u0000":1}')],
    ["a form", 415, ORDER, { ...headersFor(ORDER), "content-type": "application/x-www-form-urlencoded" }],
    ["a page of this machine", 403, ORDER, { ...headersFor(ORDER), origin: "http://localhost" }],
    ["another host name", 421, ORDER, { ...headersFor(ORDER), host: "evil.example" }],
    ["an orchestra that is not there", 404, ORDER, headersFor(ORDER), "/hooks/nobody"],
    ["a path that climbs", 405, ORDER, headersFor(ORDER), "/hooks/../metrics"],
    ["an escaped path that climbs", 405, ORDER, headersFor(ORDER), "/hooks/%2e%2e%2fshop"],
    ["an address that is none", 405, ORDER, headersFor(ORDER), "//:x"],
    ["GET", 405, "", headersFor(ORDER), "/hooks/shop", "GET"],
  ];

  test("with anything but a signed call in time begins nothing, and hears no more than that it was refused", async () => {
    const { post, runs, rows, told } = await openHooked();

    for (const [what, status, body, headers, path, method] of cases) {
      if (status === 202) continue;
      const said = await post(body, headers, path, method).catch((error: NodeJS.ErrnoException) => {
        // What is far too large may be cut off before the answer is read.
        if (status === 413) return { status, body: {} };
        throw error;
      });
      expect.soft(said.status, what).toBe(status);
      expect.soft(JSON.stringify(said.body), what).not.toMatch(/\bat .*\.[tj]s|node:|whsec_|Error:/);
    }

    expect(await runs()).toEqual([]);
    const own = cases.filter(
      ([, status, , , path]) => path === undefined && ![202, 403, 405, 421].includes(status),
    );
    expect(await rows()).toHaveLength(own.length);
    expect(told.join()).not.toContain(SECRET.slice(6));
    // What is odd, and signed, is taken as it is.
    for (const [what, status, body] of cases)
      if (status === 202)
        expect((await post(body, headersFor(body, { id: `odd-${what.length}` }))).status, what).toBe(202);
  });

  test("who speaks slowly, or leaves in between, is cut off and keeps nobody else out", async () => {
    const { post, face, runs, rows } = await openHooked({}, 300);
    const start = `POST /hooks/shop HTTP/1.1\r\nHost: 127.0.0.1:${face.port}\r\n`;
    const headers = Object.entries(headersFor(ORDER))
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join("");
    const speak = (text: string) =>
      new Promise<string>((resolve) => {
        let said = "";
        const socket = connect(face.port, "127.0.0.1", () => socket.write(text));
        socket.setEncoding("utf8").on("data", (part: string) => (said += part));
        socket.on("error", () => {}).on("close", () => resolve(said));
      });

    const slow = [
      speak(start),
      ...Array.from({ length: 20 }, () => speak(`${start}${headers}Content-Length: 14\r\n\r\n{"it`)),
    ];
    const meanwhile = await post(ORDER);

    expect(meanwhile.status).toBe(202);
    for (const said of await Promise.all(slow)) expect(said).toMatch(/^HTTP\/1\.1 4\d\d |^$/);
    expect(await runs()).toHaveLength(1);
    await expect
      .poll(async () => (await rows()).filter(({ reason }) => reason?.includes("its end")))
      .toHaveLength(20);
  });

  test("who calls without end fills nothing: of what was refused the last 1,000 are kept, of what fired everything", async () => {
    const { post, store, rows } = await openHooked();
    const { body } = await post(ORDER);
    const refused = {
      orchestra: "shop",
      at: NOW,
      status: "refused",
      webhookId: randomBytes(8).toString("hex"),
      run: null,
    } as const;

    await Promise.all(
      Array.from({ length: 1_100 }, (_, i) => store.orchestras.refuse({ ...refused, reason: `${i}` })),
    );

    const kept = await store.orchestras.deliveries({ orchestra: "shop", limit: 5_000 });
    expect(kept).toHaveLength(1_001);
    expect(kept.at(-1)).toMatchObject({ status: "fired", run: body.run });
    expect((await rows())[0]).toMatchObject({ reason: "1099" });
  });
});
