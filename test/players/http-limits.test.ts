import { once } from "node:events";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { ask } from "./ask.ts";
import { failureOf, SOON, serve, serveRaw } from "./outside.ts";

const MB = 1024 * 1024;

describe("an answer that is too large", () => {
  test("by what it announces is not read", async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { "content-length": String(11 * MB) });
      response.flushHeaders();
    });

    const failure = await failureOf(ask(server.host));

    expect(failure).toMatchObject({
      code: "MR3014",
      message: `GET ${server.host} was answered with a body of more than 10 MB`,
      hint: expect.stringContaining("ask for less"),
    });
    await expect.poll(() => server.open.size, SOON).toBe(0);
  });

  test("by what comes is read up to the limit, and the connection is closed", async () => {
    let sent = 0;
    const server = await serve(async (_request, response) => {
      const chunk = Buffer.alloc(64 * 1024, "a");
      const closed = once(response, "close");
      while (!response.destroyed && sent < 500 * MB) {
        sent += chunk.length;
        if (!response.write(chunk)) await Promise.race([once(response, "drain"), closed]);
      }
    });

    const failure = await failureOf(ask(server.host));

    expect(failure.code).toBe("MR3014");
    await expect.poll(() => server.open.size, SOON).toBe(0);
    expect(sent).toBeLessThan(30 * MB);
  });

  test("when it is unpacked is unpacked up to the limit, however small it was", async () => {
    const bomb = gzipSync(Buffer.alloc(128 * MB));
    const server = await serve((_request, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(bomb),
    );
    const before = process.memoryUsage().rss;

    const failure = await failureOf(ask(server.host));

    expect(bomb.length).toBeLessThan(MB);
    expect(failure.code).toBe("MR3014");
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * MB);
  });

  test("while it is packed is too large even when nothing is in it", async () => {
    // Members of gzip that hold nothing, one after the other.
    const empty = gzipSync("");
    const server = await serve((_request, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(Buffer.concat(Array(1_000).fill(empty))),
    );

    const failure = await failureOf(ask(server.host, { limits: { bodyBytes: 10 * 1024 } }));

    expect(failure).toMatchObject({ code: "MR3014", facts: { limit: "10 KB" } });
  });

  test("in its head ends the attempt", async () => {
    const server = await serve((_request, response) =>
      response.writeHead(200, { "x-a": "a".repeat(20_000) }).end(),
    );

    expect(await failureOf(ask(server.host))).toMatchObject({
      code: "MR3014",
      message: `GET ${server.host} was answered with a head of more than 16 KB`,
    });
  });

  test("as a failure is read up to what the message holds", async () => {
    let sent = 0;
    const server = await serve((_request, response) => {
      response.writeHead(500);
      const more = () => {
        sent += 1024;
        if (!response.destroyed) response.write("ab".repeat(512), () => setImmediate(more));
      };
      more();
    });

    const failure = await failureOf(ask(server.host));

    expect(failure).toMatchObject({ code: "MR3011", facts: { status: 500, body: `${"ab".repeat(1024)}…` } });
    await expect.poll(() => server.open.size, SOON).toBe(0);
    expect(sent).toBeLessThan(MB);
  });

  test("as a failure is unpacked for the message, too", async () => {
    const server = await serve((_request, response) =>
      response.writeHead(500, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(64 * MB, "ab"))),
    );

    const failure = await failureOf(ask(server.host));

    expect(failure).toMatchObject({ code: "MR3011", facts: { body: `${"ab".repeat(1024)}…` } });
  });
});

describe("a server", () => {
  const limits = { connectMs: 5_000, idleMs: 150 };
  const impatient = { connectMs: 150, idleMs: 5_000 };

  test("that is silent is waited for as long as the limit, and is then closed", async () => {
    const server = await serve(() => undefined);

    const failure = await failureOf(ask(server.host, { limits }));

    expect(failure).toMatchObject({
      code: "MR3015",
      message: `GET ${server.host} failed: it was silent for 150 ms, or did not begin its answer in that time`,
      facts: { isTransient: true },
    });
    await expect.poll(() => server.open.size, SOON).toBe(0);
  });

  test("is waited for as long as the node's own timeout, when that is longer", async () => {
    const server = await serve((_request, response) => setTimeout(() => response.end('"late"'), 400));

    expect(await ask(server.host, { limits, node: { timeoutMs: 5_000 } })).toBe("late");
  });

  test("that sends its head letter by letter is not waited for without end", async () => {
    const server = await serveRaw((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nx-slow: ");
      const timer = setInterval(() => socket.write("a"), 20);
      socket.on("close", () => clearInterval(timer));
    });

    const failure = await failureOf(ask(server.host, { limits }));

    expect(failure.code).toBe("MR3015");
    await expect.poll(() => server.open.size, SOON).toBe(0);
  });

  test("that falls silent within its body is not waited for without end", async () => {
    const server = await serve((_request, response) => response.write('{"a":'));

    const failure = await failureOf(ask(server.host, { limits }));

    expect(failure).toMatchObject({ code: "MR3015", message: expect.stringContaining("silent for 150 ms") });
  });

  test("that sends its body letter by letter has until the attempt is ended", async () => {
    const server = await serve((_request, response) => {
      const timer = setInterval(() => response.write("a"), 20);
      response.on("close", () => clearInterval(timer));
    });
    const controller = new AbortController();
    const reason = new Error("timed out");

    const played = ask(server.host, { signal: controller.signal, limits });
    await expect.poll(() => server.requests.length, SOON).toBe(1);
    setTimeout(() => controller.abort(reason), 400);

    await expect(played).rejects.toBe(reason);
    await expect.poll(() => server.open.size, SOON).toBe(0);
  });

  test("that accepts connections and never encrypts them is given up", async () => {
    const server = await serveRaw((socket) => socket.resume());
    const input = { url: `https://${server.host}/` };

    const failure = await failureOf(ask(server.host, { limits: impatient, input }));

    expect(failure.message).toBe(`GET ${server.host} failed: it could not be connected to within 150 ms`);
    await expect.poll(() => server.open.size, SOON).toBe(0);
  });

  test("that takes a large body slowly has the time it needs", async () => {
    const size = 64 * MB;
    const patience = { ...limits, idleMs: 600 };
    const server = await serveRaw((socket) => {
      let bytes = 0;
      socket.on("data", (chunk) => {
        bytes += chunk.length;
        if (bytes >= size) return socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
        socket.pause();
        setTimeout(() => socket.resume(), 1);
      });
    });
    const input = { url: `http://${server.host}/`, body: "a".repeat(size) };
    const begun = performance.now();

    expect(await ask(server.host, { node: { method: "POST" }, limits: patience, input })).toBe(1);
    expect(performance.now() - begun).toBeGreaterThan(patience.idleMs);
  });

  test("that changes to another protocol, or closes without a word, fails the attempt", async () => {
    const head = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n";
    const changing = await serveRaw((socket) => socket.write(head));
    const closing = await serveRaw((socket) => socket.end());

    for (const { host } of [changing, closing])
      expect(await failureOf(ask(host))).toMatchObject({
        code: "MR3015",
        message: `GET ${host} failed: the connection was broken off`,
      });
  });

  test("that breaks off within its body fails the attempt", async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write('{"a":', () => response.destroy());
    });

    expect(await failureOf(ask(server.host))).toMatchObject({
      code: "MR3015",
      message: `GET ${server.host} failed: the connection was broken off`,
      facts: { isTransient: true },
    });
  });

  test("that does not speak HTTP fails the attempt", async () => {
    const server = await serveRaw((socket) => socket.end("220 smtp ready\r\n"));

    expect((await failureOf(ask(server.host))).message).toBe(
      `GET ${server.host} failed: it does not speak HTTP/1.1`,
    );
  });

  test("whose name takes for ever to look up is given up", async () => {
    const lookup = () => new Promise<never>(() => undefined);

    const failure = await failureOf(ask("slow.example.com", { lookup, limits: impatient }));

    expect(failure.message).toContain("could not be connected to within 150 ms");
  });
});

describe("an attempt that is ended", () => {
  test("before it began asks nobody", async () => {
    const server = await serve((_request, response) => response.end("1"));
    const reason = new Error("stopped");

    await expect(ask(server.host, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(server.connections()).toBe(0);
  });

  test.each(["before the answer", "within the answer"])("%s closes the connection", async (when) => {
    const server = await serve((_request, response) => {
      if (when === "within the answer") response.write('{"a":');
    });
    const controller = new AbortController();
    const reason = new Error("stopped");

    const played = ask(server.host, { signal: controller.signal });
    await expect.poll(() => server.requests.length, SOON).toBe(1);
    controller.abort(reason);

    await expect(played).rejects.toBe(reason);
    await expect.poll(() => server.open.size, SOON).toBe(0);
  });
});

test("no connection is left open after an answer", async () => {
  const server = await serve((_request, response) => response.end("1"));

  for (let i = 0; i < 20; i++) await ask(server.host);

  await expect.poll(() => server.open.size, SOON).toBe(0);
  expect(server.connections()).toBe(20);
});
