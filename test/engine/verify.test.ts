import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { defineScore, defineTask, fallback, fileExists, holds, task, urlAnswers } from "../../src/index.ts";
import { openHall } from "./hall.ts";

const output = z.object({ path: z.string(), link: z.string() });

/** A hall whose folder is the workspace, and a server that knows `/there`. */
async function openVerifying() {
  const server = createServer((request, response) => {
    response.statusCode = request.url === "/there" ? 200 : 404;
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const hall = await openHall();
  hall.engine.reach({ ...hall.engine.outside, root: hall.folder, allowHosts: [host], allowPrivate: true });
  mkdirSync(join(hall.folder, "out"));
  writeFileSync(join(hall.folder, "out/full.md"), "text");
  writeFileSync(join(hall.folder, "out/empty.md"), "");
  return { ...hall, site: `http://${host}` };
}

test("a task that says it is done is believed when what it says is there, and that stands with its step", async () => {
  const { start, store, site } = await openVerifying();
  const write = task({
    output,
    run: () => ({ path: "out/full.md", link: `${site}/there` }),
    verify: (said) => [
      fileExists(said.path),
      urlAnswers(said.link),
      holds(({ output: { path } }) => path.endsWith(".md")),
    ],
  });

  const play = await start(defineScore({ id: "done", nodes: { write } }) as never);

  expect((await play.ending).is).toBe("completed");
  const [row] = await store.stepsOf(play.id);
  expect(JSON.parse(row!.info!)).toEqual({ verified: ["file out/full.md", `url ${site}/there`, "check"] });
});

test("what was looked at is kept without the secrets of the task that named it", async () => {
  const { start, store, engine, folder } = await openVerifying();
  engine.reach({ ...engine.outside, secret: () => "s3cr3t-part" });
  writeFileSync(join(folder, "out/s3cr3t-part.md"), "text");
  const named = defineTask({
    id: "named",
    input: z.object({}),
    output: z.string(),
    secrets: ["KEY"],
    run: ({ secrets }) => `out/${secrets.KEY}.md`,
  });
  const write = task(named, { input: {}, verify: (said) => fileExists(said) });

  const play = await start(defineScore({ id: "named", nodes: { write } }) as never);

  expect((await play.ending).is).toBe("completed");
  const [row] = await store.stepsOf(play.id);
  expect(JSON.parse(row!.info!)).toEqual({ verified: ["file out/[secret:KEY].md"] });
});

test.each([
  ["out/none.md", "/there", 'the file "out/none.md" is not there'],
  ["out/empty.md", "/there", 'the file "out/empty.md" is empty'],
  ["out", "/there", 'the file "out" is no file'],
  ["out/full.md", "/gone", "404"],
  ["../../etc/none", "/there", "is not there"],
])("a task whose file is %s and whose link is %s has failed", async (path, link, problem) => {
  const { start, site, store } = await openVerifying();
  const run = () => ({ path, link: site + link });
  const write = task({ output, run, verify: (said) => [fileExists(said.path), urlAnswers(said.link)] });

  const play = await start(defineScore({ id: "claims", nodes: { write } }) as never);

  expect(await play.ending).toMatchObject({ is: "failed", step: "write", error: { code: "MR2049" } });
  const [row] = await store.stepsOf(play.id);
  expect(JSON.parse(row!.error!).message).toContain(problem);
});

test("a host that is not allowed is not asked, also when a task says that its work is there", async () => {
  const { start, engine, site } = await openVerifying();
  engine.reach({ ...engine.outside, allowHosts: [] });
  const write = task({ output: z.string(), run: () => `${site}/there`, verify: (said) => urlAnswers(said) });

  const ending = await (await start(defineScore({ id: "outside", nodes: { write } }) as never)).ending;

  expect(ending).toMatchObject({
    is: "failed",
    error: { code: "MR2049", message: expect.stringContaining("allow") },
  });
});

test("what is not there goes through the policies of the step: tried again, and then replaced", async () => {
  const { start, store, folder } = await openVerifying();
  const late = task({
    output: z.string(),
    retry: { attempts: 3, backoff: "1ms", on: ["MR2049"] },
    run: ({ attempt }) => {
      if (attempt === 2) writeFileSync(join(folder, "out/late.md"), "text");
      return "out/late.md";
    },
    verify: (path) => fileExists(path),
  });
  const spared = task({
    output: z.number(),
    run: () => 3,
    onFailure: fallback(4),
    verify: (_) => holds(({ output: rows }) => rows > 3 || `it has written ${rows} rows`),
  });
  const score = defineScore({ id: "again", nodes: { late, spared }, output: { spared: spared.output } });

  const play = await start(score as never);

  expect(await play.ending).toMatchObject({ is: "completed", output: { spared: 4 } });
  const rows = await store.stepsOf(play.id);
  const [first, second] = rows.filter(({ key }) => key === "late");
  expect([first!.status, second!.status]).toEqual(["failed", "completed"]);
  expect(JSON.parse(rows.find(({ key }) => key === "spared")!.error!).message).toContain(
    "it has written 3 rows",
  );
});
