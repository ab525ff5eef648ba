import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { askUrl, toState } from "../../scores/lib/web-links.ts";

type Handler = (method: string, path: string) => number | "hang" | "drop";

/** A server on the loopback that answers as `handle` says, and the requests it was given. */
async function serve(handle: Handler): Promise<{ url: string; seen: string[] }> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const { method = "", url = "" } = request;
    seen.push(`${method} ${url}`);
    const answer = handle(method, url);
    if (answer === "drop") request.socket.destroy();
    else if (answer !== "hang")
      response.writeHead(answer, answer === 302 ? { location: "/there" } : {}).end("x".repeat(100_000));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

describe("asking the web", () => {
  const never = new AbortController().signal;

  test("a HEAD that says yes is enough", async () => {
    const { url, seen } = await serve(() => 200);

    expect(await askUrl(`${url}/a`, never)).toEqual({
      url: `${url}/a`,
      state: "there",
      why: "it answers 200",
    });
    expect(seen).toEqual(["HEAD /a"]);
  });

  test("a server that does not know HEAD is asked with GET", async () => {
    const { url, seen } = await serve((method) => (method === "HEAD" ? 405 : 200));

    expect(await askUrl(`${url}/a`, never)).toMatchObject({ state: "there" });
    expect(seen).toEqual(["HEAD /a", "GET /a"]);
  });

  test("a redirect is followed", async () => {
    const { url, seen } = await serve((_method, at) => (at === "/there" ? 200 : 302));

    expect(await askUrl(`${url}/a`, never)).toMatchObject({ state: "there" });
    expect(seen).toEqual(["HEAD /a", "HEAD /there"]);
  });

  test("404 is broken, 403 says nothing", async () => {
    const { url } = await serve((_method, at) => (at === "/gone" ? 404 : 403));

    expect(await askUrl(`${url}/gone`, never)).toMatchObject({ state: "broken", why: "it answers 404" });
    expect(await askUrl(`${url}/shy`, never)).toMatchObject({ state: "unsure", why: "it answers 403" });
  });

  test.each([
    [200, "there"],
    [304, "there"],
    [401, "unsure"],
    [404, "broken"],
    [410, "broken"],
    [429, "unsure"],
    [500, "broken"],
  ])("%i means %s", (status, state) => {
    expect(toState(status)).toBe(state);
  });

  test("a server that hangs is broken after its time", async () => {
    const { url } = await serve(() => "hang");

    expect(await askUrl(url, never, 50)).toMatchObject({
      state: "broken",
      why: "it does not answer within 0.05 s",
    });
  });

  test("a connection that breaks is broken, with the reason", async () => {
    const { url } = await serve(() => "drop");

    expect(await askUrl(url, never)).toMatchObject({
      state: "broken",
      why: expect.stringMatching(/^it cannot be reached \(\w+\)$/),
    });
  });

  test("a stopped run stops the question instead of calling the link broken", async () => {
    const stop = new AbortController();
    const { url } = await serve(() => {
      stop.abort(new Error("stopped"));
      return "hang";
    });

    await expect(askUrl(url, stop.signal)).rejects.toThrow("stopped");
  });
});
