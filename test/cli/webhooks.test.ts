import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { makeCliWorkspace } from "./workspace.ts";

const SCORE = `import { defineScore, input, task } from "maestro-ts";
import { z } from "zod";

const given = input(z.object({ order: z.object({ item: z.string() }) }));
const packed = task({ input: { item: given.order.item }, output: z.string(), run: ({ input }) => input.item.toUpperCase() });

export default defineScore({ id: "pack", input: given, nodes: { packed }, output: packed.output });
`;
const ORCHESTRA = `import { defineOrchestra, env, webhook } from "maestro-ts";
import pack from "../scores/pack.ts";

export default defineOrchestra({
  id: "shop",
  plays: pack,
  input: { order: { item: "tea" } },
  on: webhook({ secret: env("SHOP_WEBHOOK"), into: "order" }),
});
`;
const KEY = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port)),
  );
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test("a signed call is played by the orchestrator, once; what is refused says why, and its key is in no line", {
  timeout: 240_000,
}, async () => {
  const port = await freePort();
  const { maestro } = makeCliWorkspace({
    "scores/pack.ts": SCORE,
    "orchestras/shop.ts": ORCHESTRA,
    "maestro.config.ts": `import { defineConfig } from "maestro-ts";\n\nexport default defineConfig({ orchestrator: { port: ${port} } });\n`,
  });
  const env = { SHOP_WEBHOOK: KEY };
  expect(await maestro(["deploy", "--yes", "--by", "ci"], { env })).toMatchObject({ code: 0 });
  await maestro(["orchestras", "enable", "shop", "--by", "ada"], { env });
  const before = await maestro(["orchestras", "send", "shop"], { env });
  expect(before.code).not.toBe(0);
  expect(before.stderr).toContain("MR2052");
  const orchestrator = maestro(["start"], { env });
  onTestFinished(async () => {
    orchestrator.child.kill("SIGKILL");
    await orchestrator;
  });
  await orchestrator.said('"recovered"');

  const first = await maestro(["orchestras", "send", "shop", "--id", "msg_1"], { env });
  const again = await maestro(["orchestras", "send", "shop", "--id", "msg_1"], { env });
  const wrong = await maestro(["orchestras", "send", "shop", "--body", '{"item":5}'], { env });

  const run = /run_\w+/.exec(first.stdout)![0];
  expect(first).toMatchObject({ code: 0, stdout: `msg_1  begins ${run}\n` });
  expect(again).toMatchObject({ code: 0, stdout: `msg_1  had begun ${run}\n` });
  expect(wrong.code).not.toBe(0);
  expect(wrong.stderr).toMatch(/MR2046[\s\S]*400[\s\S]*order\.item/);
  await expect
    .poll(async () => (await maestro(["runs", "show", run, "--output"], { env })).stdout, {
      timeout: 60_000,
      interval: 500,
    })
    .toBe('"TEA"\n');
  expect((await maestro(["runs", "show", run], { env })).stdout).toMatch(
    /^ {2}run +by webhook msg_1 \(http 127\.0\.0\.1\) /m,
  );
  const shown = await maestro(["orchestras", "show", "shop"], { env });
  expect(shown.stdout).toContain(`POST http://127.0.0.1:${port}/hooks/shop`);
  expect(shown.stdout).toMatch(new RegExp(`call .*fired  ${run}  msg_1\\n`));
  expect(shown.stdout).toMatch(/call .*refused .*order\.item/);
  const { stdout } = orchestrator.child.kill("SIGTERM") ? await orchestrator : { stdout: "" };
  expect(stdout).toContain('"call fired"');
  expect(stdout).not.toContain(KEY.slice(6));
});
