import { describe, expect, test } from "vitest";
import { type CliWorkspace, makeCliWorkspace } from "./workspace.ts";

const SCORE = `import { defineScore, http, secret } from "maestro-ts";
import { z } from "zod";

const asked = http({ url: "https://crm.example.com", headers: { key: secret("CRM_KEY") }, response: z.array(z.string()), timeout: "9s" });

export default defineScore({ id: "asks", nodes: { asked }, output: asked.output });
`;
const ORCHESTRA = `import { defineOrchestra, env } from "maestro-ts";
import asks from "../scores/asks.ts";

export default defineOrchestra({ id: "daily", plays: asks, input: {}, secrets: { CRM_KEY: env("CRM_TOKEN") } });
`;
const CONFIG = `import { defineConfig } from "maestro-ts";

export default defineConfig({ http: { allowHosts: ["crm.example.com"] } });
`;

function makeAsking(files: Readonly<Record<string, string>> = {}): CliWorkspace {
  return makeCliWorkspace({
    "maestro.config.ts": CONFIG,
    "scores/asks.ts": SCORE,
    "orchestras/daily.ts": ORCHESTRA,
    ...files,
  });
}

const validate = (workspace: CliWorkspace, env: Record<string, string> = {}, ...words: string[]) =>
  workspace.maestro(["validate", "--no-types", ...words], { env: { CRM_TOKEN: "", ...env } });

describe("maestro validate --env", () => {
  test("without it no variable is looked for, so that CI needs no secrets", async () => {
    const workspace = makeAsking({ ".env.production": "" });

    const { code, stdout } = await validate(workspace);

    expect(stdout).toContain("no problems");
    expect(code).toBe(0);
  });

  test("names each variable that the environment does not have, and ends with 1, also after a check that found nothing", async () => {
    const workspace = makeAsking({ ".env.production": "CRM_TOKN=a-value\n" });
    await validate(workspace);

    const { code, stdout } = await validate(workspace, {}, "--env", "production");

    expect(stdout).toContain("orchestras/daily.ts:4:91  error MS4004 missing-variable");
    expect(stdout).toContain('secret "CRM_KEY" of orchestra "daily" comes, is empty in "production"');
    expect(stdout).toContain('did you mean "CRM_TOKN"?');
    expect(stdout).not.toContain("a-value");
    expect(code).toBe(1);
  });

  test("what it found is not remembered for a check without it", async () => {
    const workspace = makeAsking({ ".env.production": "" });
    await validate(workspace, {}, "--env", "production");

    const { code, stdout } = await validate(workspace);

    expect(stdout).toContain("no problems");
    expect(code).toBe(0);
  });

  test.each([
    ["the environment of the command", {}, { CRM_TOKEN: "set" }],
    [".env", { ".env": "CRM_TOKEN=set\n" }, {}],
    [".env.<name>", { ".env": "CRM_TOKEN=\n", ".env.production": 'export CRM_TOKEN="set"\n' }, {}],
  ])("takes variables from %s", async (_where, files, env) => {
    const workspace = makeAsking({ ".env.production": "", ...files });

    const { code, stdout } = await validate(workspace, env, "--env", "production");

    expect(stdout).toContain("no problems");
    expect(code).toBe(0);
  });

  test("a file has the last word: a variable that it empties is empty", async () => {
    const workspace = makeAsking({ ".env.production": "CRM_TOKEN=\n" });

    const { code } = await validate(workspace, { CRM_TOKEN: "set" }, "--env", "production");

    expect(code).toBe(1);
  });

  test("an environment without a file is a mistake in the words, and names those there are", async () => {
    const workspace = makeAsking({ ".env": "", ".env.production": "", ".env.staging": "" });

    const { code, stderr } = await validate(workspace, {}, "--env", "prodction");

    expect(stderr).toContain(
      "There is no .env.prodction in this workspace; there is .env.production, .env.staging.",
    );
    expect(stderr).toContain("did you mean --env production?");
    expect(code).toBe(2);
  });
});
