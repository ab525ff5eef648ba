import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { toCheck } from "../../src/define/check.ts";
import { ask } from "./ask.ts";
import { failureOf, serve } from "./outside.ts";

/** A server that gives `body` with these headers and this status. */
const answering = (body: string | Buffer, headers: Record<string, string> = {}, status = 200) =>
  serve((_request, response) => response.writeHead(status, headers).end(body));
const JSON_TYPE = { "content-type": "application/json" };

describe("an answer", () => {
  test.each([
    ["application/json; charset=utf-8", '{"a":[1,"ü"]}', { a: [1, "ü"] }],
    ["application/problem+json", "[]", []],
    ["text/html", '{"a":1}', { a: 1 }],
    ["text/csv", "a,b\n1,2", "a,b\n1,2"],
    ["application/json", "\uFEFFtrue", true],
  ])("of type %s that says %j is read as that", async (type, body, value) => {
    const server = await answering(body, { "content-type": type });

    expect(await ask(server.host)).toEqual(value);
  });

  test("is read by the charset it names", async () => {
    const server = await answering(Buffer.from("Zoë", "latin1"), {
      "content-type": "text/plain; charset=iso-8859-1",
    });

    expect(await ask(server.host)).toBe("Zoë");
  });

  test("is null for HEAD, for 204 and for an empty body", async () => {
    const head = await answering("", { "content-length": "999999999" });
    const none = await answering("", {}, 204);
    const empty = await answering("", JSON_TYPE);

    expect(await ask(head.host, { node: { method: "HEAD" } })).toBeNull();
    expect(await ask(none.host)).toBeNull();
    expect(await ask(empty.host)).toBeNull();
  });

  test("is what the schema makes of it, and fails the attempt when it does not fit", async () => {
    const server = await answering('{"leads":"none"}', JSON_TYPE);

    const fitting = await ask(server.host, { check: toCheck(z.object({ leads: z.string() })) });
    const failure = await failureOf(
      ask(server.host, { check: toCheck(z.object({ leads: z.array(z.string()) })) }),
    );

    expect(fitting).toEqual({ leads: "none" });
    expect(failure).toMatchObject({ code: "MR3001", message: expect.stringContaining("leads:") });
  });

  test("in plain text that looks like a number is text where the schema takes text", async () => {
    const server = await answering("42", { "content-type": "text/plain" });

    expect(await ask(server.host, { check: toCheck(z.string()) })).toBe("42");
    expect(await ask(server.host, { check: toCheck(z.number()) })).toBe(42);
    expect((await failureOf(ask(server.host, { check: toCheck(z.boolean()) }))).code).toBe("MR3001");
  });

  test("whose JSON is broken says where, and quotes none of it", async () => {
    const server = await answering('{"name": geheim123}', JSON_TYPE);

    const failure = await failureOf(ask(server.host));

    expect(failure).toMatchObject({
      code: "MR3032",
      message: `GET ${server.host} was answered, and the JSON in its body is broken: Unexpected token 'g'`,
    });
  });

  test("that is nested without end is refused before it is parsed", async () => {
    const server = await answering("[".repeat(1_000_000), JSON_TYPE);

    const failure = await failureOf(ask(server.host));

    expect(failure.message).toContain("is nested more than 100 deep");
  });

  test("cannot change a prototype by its keys", async () => {
    const server = await answering(
      '{"__proto__":{"isAdmin":true},"a":{"\\u005f_proto__":1,"b":2}}',
      JSON_TYPE,
    );

    const value = (await ask(server.host)) as { a: object; isAdmin?: boolean };

    expect(Object.keys(Object.assign({}, value))).toEqual(["a"]);
    expect(Object.keys(value.a)).toEqual(["b"]);
    expect(value.isAdmin).toBeUndefined();
  });
});

describe("an answer outside 200 to 299", () => {
  test("fails the attempt with its status, the method, the host and the beginning of its body", async () => {
    const server = await answering(`no such\nlead ${"ü".repeat(3_000)}`, {}, 404);

    const failure = await failureOf(ask(server.host, { node: { method: "PUT" } }));

    expect(failure.code).toBe("MR3011");
    expect(failure.message).toMatch(
      new RegExp(`^PUT ${server.host} was answered with 404 Not Found: no such\\\\nlead ü+…$`),
    );
    expect(failure.facts).toMatchObject({ status: 404, host: server.host, isTransient: false });
    expect(Buffer.byteLength((failure.facts as { body: string }).body)).toBeLessThanOrEqual(2_048 + 3);
  });

  test.each([400, 401, 404, 409, 410, 422])("%i says that trying again does not help", async (status) => {
    const server = await answering("", { "retry-after": "1" }, status);

    const { facts } = await failureOf(ask(server.host));

    expect(facts).toMatchObject({ status, isTransient: false, retryAfterMs: undefined });
  });

  test.each([408, 425, 429, 500, 502, 503, 504])("%i says that trying again may help", async (status) => {
    const server = await answering("", {}, status);

    expect((await failureOf(ask(server.host))).facts).toMatchObject({ status, isTransient: true });
  });

  test("says how long it asks to wait, in seconds or until a date, and at most a day", async () => {
    const waits = async (header: string) => {
      const server = await answering("", { "retry-after": header }, 503);
      return ((await failureOf(ask(server.host))).facts as { retryAfterMs?: number }).retryAfterMs;
    };

    const date = await waits(new Date(Date.now() + 60_000).toUTCString());

    expect(await waits("120")).toBe(120_000);
    expect(date).toBeGreaterThan(50_000);
    expect(date).toBeLessThanOrEqual(60_000);
    expect(await waits("Wed, 21 Oct 2015 07:28:00 GMT")).toBe(0);
    expect(await waits("9".repeat(400))).toBe(86_400_000);
    expect(await waits("soon")).toBeUndefined();
    expect(await waits("-5")).toBeUndefined();
  });

  test("is one like 304, and a redirect that leads nowhere", async () => {
    const unchanged = await answering("", {}, 304);
    const lost = await answering("", {}, 302);

    expect((await failureOf(ask(unchanged.host))).facts).toMatchObject({ status: 304 });
    expect((await failureOf(ask(lost.host))).facts).toMatchObject({ status: 302 });
  });
});

describe("a packed answer", () => {
  const text = JSON.stringify({ text: "ü".repeat(50_000) });

  test.each([
    ["gzip", gzipSync(text)],
    ["x-gzip", gzipSync(text)],
    ["deflate", deflateSync(text)],
    ["deflate", deflateRawSync(text)],
    ["br", brotliCompressSync(text)],
    ["identity", Buffer.from(text)],
  ])("in %s is unpacked", async (packing, body) => {
    const server = await answering(body, { ...JSON_TYPE, "content-encoding": packing });

    expect(await ask(server.host)).toEqual(JSON.parse(text));
  });

  test.each([
    ["gzip", gzipSync(text).subarray(0, -20)],
    ["gzip", Buffer.from("not packed")],
    ["br", Buffer.from("not packed at all")],
  ])("that is not the %s it says it is is refused", async (packing, body) => {
    const server = await answering(body, { "content-encoding": packing });

    expect(await failureOf(ask(server.host))).toMatchObject({
      code: "MR3032",
      message: `GET ${server.host} was answered, and its body is not the ${packing} that it says it is`,
    });
  });

  test("in something else is refused", async () => {
    const server = await answering("x", { "content-encoding": "gzip, gzip" });

    expect((await failureOf(ask(server.host))).message).toContain('is packed as "gzip, gzip"');
  });
});
