import { describe, expect, test } from "vitest";
import { addressKind } from "../../src/players/http/address-kind.ts";
import { ask } from "./ask.ts";
import { callWith, failureOf, type Heard, serve } from "./outside.ts";

/** A server that redirects every path but `/end`, where it answers. */
function redirecting(status: number, location: string | (() => string) = "/end"): Promise<Heard> {
  return serve((request, response) => {
    if (request.url === "/end") return response.end('"end"');
    response
      .writeHead(status, { location: typeof location === "string" ? location : location() })
      .end("moved");
  });
}
const SECRET = "k9-very-secret";
const secrets = new Map([["CRM_KEY", SECRET]]);

describe("a redirect", () => {
  test.each([
    [301, "GET", "GET", undefined],
    [302, "POST", "GET", undefined],
    [301, "POST", "GET", undefined],
    [301, "PUT", "PUT", '{"a":1}'],
    [303, "PUT", "GET", undefined],
    [303, "HEAD", "HEAD", undefined],
    [307, "POST", "POST", '{"a":1}'],
    [308, "PATCH", "PATCH", '{"a":1}'],
  ] as const)("of status %i turns %s into %s", async (status, method, second, body) => {
    const server = await redirecting(status);
    const input = {
      url: `http://${server.host}/start`,
      ...(method === "GET" || method === "HEAD" ? {} : { body: { a: 1 } }),
    };

    await ask(server.host, { node: { method }, input });

    expect(server.requests.map((request) => [request.method, request.url])).toEqual([
      [method, "/start"],
      [second, "/end"],
    ]);
    expect(server.requests[1]!.body).toBe(body ?? "");
    expect(server.requests[1]!.headers["content-type"]).toBe(body && "application/json");
    expect(server.requests[1]!.headers["content-length"]).toBe(body && "7");
  });

  test("is followed five times and not a sixth time", async () => {
    let left = 5;
    const server = await serve((_request, response) => {
      if (left-- === 0) return response.end('"end"');
      response.writeHead(302, { location: `/${left}` }).end();
    });

    expect(await ask(server.host)).toBe("end");
    left = 6;
    const failure = await failureOf(ask(server.host));

    expect(failure).toMatchObject({
      code: "MR3015",
      message: `GET ${server.host} failed: it redirects more than 5 times`,
      facts: { isTransient: false },
    });
    expect(server.requests).toHaveLength(6 + 6);
  });

  test("within the same origin keeps every header", async () => {
    const server = await redirecting(302);
    const headers = { authorization: "Bearer abc", cookie: "a=1", "x-key": SECRET };

    await ask(server.host, { secrets, input: { url: `http://${server.host}/start`, headers } });

    expect(server.requests[1]!.headers).toMatchObject(headers);
  });

  test("to another origin takes neither what identifies the sender nor secrets along, and not on the way back either", async () => {
    let hops = 0;
    const second: Heard = await serve((_request, response) => {
      response.writeHead(302, { location: `http://${first.host}/end` }).end();
    });
    const first: Heard = await serve((_request, response) => {
      if (hops++ > 0) return response.end('"end"');
      response.writeHead(307, { location: `http://${second.host}/` }).end();
    });
    const headers = {
      Authorization: "Bearer abc",
      Cookie: "a=1",
      "X-Key": `key ${SECRET}`,
      "X-Trace": "17",
    };

    const value = await ask(first.host, {
      secrets,
      settings: { allowHosts: [first.host, second.host] },
      input: { url: `http://${first.host}/start`, headers },
    });

    expect(value).toBe("end");
    for (const { headers: sent } of [second.requests[0]!, first.requests[1]!]) {
      expect(sent).toMatchObject({ "x-trace": "17" });
      expect(Object.keys(sent)).not.toEqual(expect.arrayContaining(["authorization"]));
      expect(JSON.stringify(sent)).not.toMatch(/abc|a=1|secret/);
    }
  });

  test("to another origin does not take a secret in the body along", async () => {
    const second = await serve((_request, response) => response.end("1"));
    const first = await redirecting(307, `http://${second.host}/`);

    const failure = await failureOf(
      ask(first.host, {
        node: { method: "POST" },
        secrets,
        settings: { allowHosts: [first.host, second.host] },
        input: { url: `http://${first.host}/`, body: { key: SECRET } },
      }),
    );

    expect(failure.code).toBe("MR3031");
    expect(failure.message).toContain(`${first.host} redirects to ${second.host}`);
    expect(second.connections()).toBe(0);
  });

  test("to a host that is not allowed is not followed", async () => {
    const second = await serve((_request, response) => response.end("1"));
    const first = await redirecting(302, `http://${second.host}/`);

    const failure = await failureOf(ask(first.host));

    expect(failure).toMatchObject({
      code: "MR3012",
      message: `${first.host} redirects to another host: "${second.host}" is not among the allowed hosts ("${first.host}")`,
    });
    expect(second.connections()).toBe(0);
  });

  test("to a name that leads to a private address is not followed", async () => {
    const second = await serve((_request, response) => response.end("1"));
    const first = await redirecting(302, `http://inside.example.com:${second.port}/`);
    const [from, to] = [`crm.example.com:${first.port}`, `inside.example.com:${second.port}`];

    const failure = await failureOf(
      ask(from, {
        settings: { allowHosts: [from, to], allowPrivate: false },
        names: { "crm.example.com": ["127.0.0.1"], "inside.example.com": ["127.0.0.2"] },
        // Where this test plays, the first of them is the public internet.
        addressKind: (address) => (address === "127.0.0.1" ? undefined : addressKind(address)),
      }),
    );

    expect(failure).toMatchObject({
      code: "MR3013",
      message: '"inside.example.com" leads to 127.0.0.2, a loopback address, and those are not asked',
    });
    expect(first.requests).toHaveLength(1);
    expect(second.connections()).toBe(0);
  });

  test("to what is not http, or holds a password, is not followed", async () => {
    for (const location of ["file:///etc/passwd", "gopher://127.0.0.1/", "http://ada:secret@127.0.0.1/"]) {
      const server = await redirecting(302, location);

      expect((await failureOf(ask(server.host))).code, location).toBe("MR3031");
    }
  });

  test("is written to the run's log by its hosts alone", async () => {
    const call = callWith({});
    const second = await serve((_request, response) => response.end("1"));
    const first = await redirecting(302, `http://${second.host}/?key=abc`);

    await ask(first.host, { settings: { allowHosts: [first.host, second.host] }, log: call.log });

    expect(call.logged).toEqual([["redirected", { from: first.host, to: second.host, status: 302 }]]);
  });
});
