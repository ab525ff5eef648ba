import { describe, expect, test } from "vitest";
import { ask } from "./ask.ts";
import { failureOf, serve } from "./outside.ts";

const ok = () => serve((_request, response) => response.end("{}"));

describe("a request", () => {
  test("has the node's method, and its query is added to the one that stands in the url", async () => {
    const server = await ok();
    const url = `http://${server.host}/leads?tag=a%20b#top`;
    const query = { profile: "a & b", page: 2, all: true, none: undefined };

    await ask(server.host, { node: { method: "DELETE" }, input: { url, query } });

    expect(server.requests).toMatchObject([
      { method: "DELETE", url: "/leads?tag=a%20b&profile=a+%26+b&page=2&all=true" },
    ]);
  });

  test("sends its body as JSON", async () => {
    const server = await ok();
    const body = { name: "Ada", tags: ["ü"] };

    await ask(server.host, { node: { method: "POST" }, input: { url: `http://${server.host}/`, body } });

    expect(server.requests[0]).toMatchObject({
      body: JSON.stringify(body),
      headers: { "content-type": "application/json", "content-length": "28" },
    });
  });

  test("sends a string as it is, as plain text unless a header says otherwise", async () => {
    const server = await ok();
    const send = (headers?: object) =>
      ask(server.host, {
        node: { method: "POST" },
        input: { url: `http://${server.host}/`, body: "<a/>", headers },
      });

    await send();
    await send({ "Content-Type": "text/xml" });

    expect(server.requests.map(({ body, headers }) => [body, headers["content-type"]])).toEqual([
      ["<a/>", "text/plain;charset=utf-8"],
      ["<a/>", "text/xml"],
    ]);
  });

  test("carries the step's idempotency key in the header the node names, escaped where headers need it", async () => {
    const server = await ok();

    await ask(server.host, {
      node: { method: "POST", idempotencyHeader: "Idempotency-Key" },
      idempotencyKey: "run_1/drafts/Zoë\n",
    });

    expect(server.requests[0]!.headers["idempotency-key"]).toBe("run_1/drafts/Zo%C3%AB%0A");
  });

  test("says who sends it and what can be read, unless the node says so itself", async () => {
    const server = await ok();

    await ask(server.host, { input: { url: `http://${server.host}/`, headers: { Accept: "text/csv" } } });

    expect(server.requests[0]!.headers).toMatchObject({
      accept: "text/csv",
      "accept-encoding": "gzip, deflate, br",
      "user-agent": expect.stringMatching(/^maestro-ts\//),
      connection: "close",
    });
  });
});

describe("nothing is sent when", () => {
  test.each([
    ["the url is relative", { url: "/leads" }, 'its url "/leads" is not a whole address'],
    ["the url is not of http", { url: "file:///etc/passwd" }, 'its url begins with "file:"'],
    ["the url holds a password", { url: "http://ada:geheim123@HOST/" }, "holds a user name or a password"],
    ["the url is not text", { url: { a: 1 } }, "its url is object, not a string"],
    [
      "a header holds a line break",
      { headers: { "x-a": "1\r\nx-b: 2" } },
      'the header "x-a" holds a line break',
    ],
    ["a header's name holds a line break", { headers: { "x\r\ny": "1" } }, "holds a line break"],
    [
      "a header would redirect the connection",
      { headers: { Host: "other" } },
      'the header "Host" is written by',
    ],
    [
      "a header would split the message",
      { headers: { "Transfer-Encoding": "chunked" } },
      "is written by Maestro",
    ],
    ["the query holds an object", { query: { a: { b: 1 } } }, `the query's "a" is an object`],
  ])("%s", async (_title, input, sentence) => {
    const server = await ok();
    const url = `http://${server.host}/`;
    const whole = { url, ...input };
    if (typeof whole.url === "string") whole.url = whole.url.replace("HOST", server.host);

    const failure = await failureOf(ask(server.host, { input: whole }));

    expect(failure.code).toBe("MR3031");
    expect(failure.message).toContain(sentence);
    expect(failure.message).not.toContain("geheim123");
    expect(server.connections()).toBe(0);
  });
});
