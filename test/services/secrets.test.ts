import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { defineScore, defineTask, task } from "../../src/index.ts";
import type { SecretSource } from "../../src/plan/index.ts";
import { SourceOpener } from "../../src/services/secrets/open-source.ts";
import { OrchestraSecrets } from "../../src/services/secrets/orchestra-secrets.ts";
import { readSecrets, rotateKey, writeSecrets } from "../../src/services/secrets/secrets-file.ts";
import { openHall } from "../engine/hall.ts";

const VALUE = "s3cret-canary-value";

function place(env: Record<string, string> = {}) {
  const root = mkdtempSync(join(tmpdir(), "maestro-secrets-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return { root, env: { PATH: process.env.PATH, ...env } };
}

describe("the encrypted file", () => {
  test("gives back what was put in, and neither it nor its key can be read by others", async () => {
    const here = place();

    await writeSecrets(here, new Map([["CRM_KEY", VALUE]]));

    expect(await readSecrets(here)).toEqual(new Map([["CRM_KEY", VALUE]]));
    expect(readFileSync(join(here.root, "secrets.age"), "utf8")).toMatch(
      /^-----BEGIN AGE ENCRYPTED FILE-----/,
    );
    expect(readFileSync(join(here.root, "secrets.age"), "utf8")).not.toContain(VALUE);
    expect(statSync(join(here.root, ".maestro/secrets.key")).mode & 0o077).toBe(0);
  });

  test("is none before somebody has put something in", async () => {
    expect(await readSecrets(place())).toEqual(new Map());
  });

  test("opens with the key in a variable, which may be a passphrase", async () => {
    const here = place({ MAESTRO_SECRETS_KEY: "correct horse battery staple" });

    await writeSecrets(here, new Map([["CRM_KEY", VALUE]]));

    expect(existsSync(join(here.root, ".maestro/secrets.key"))).toBe(false);
    expect(await readSecrets(here)).toEqual(new Map([["CRM_KEY", VALUE]]));
  });

  test("stays closed without its key, with another one, and when others can read the key", async () => {
    const here = place();
    await writeSecrets(here, new Map([["CRM_KEY", VALUE]]));
    const other = place();
    await writeSecrets(other, new Map());
    const keyFile = join(here.root, ".maestro/secrets.key");

    chmodSync(keyFile, 0o644);
    await expect(readSecrets(here)).rejects.toMatchObject({ code: "MR1015" });
    writeFileSync(keyFile, readFileSync(join(other.root, ".maestro/secrets.key")));
    chmodSync(keyFile, 0o600);
    await expect(readSecrets(here)).rejects.toMatchObject({ code: "MR1013", facts: { isWrong: true } });
    rmSync(keyFile);
    await expect(readSecrets(here)).rejects.toMatchObject({ code: "MR1013", facts: { isWrong: false } });
  });

  test("whose key is changed has the same secrets, and the old key opens it no more", async () => {
    const here = place();
    await writeSecrets(here, new Map([["CRM_KEY", VALUE]]));
    const keyFile = join(here.root, ".maestro/secrets.key");
    const before = readFileSync(keyFile);

    expect(await rotateKey(here)).toBe(1);

    expect(await readSecrets(here)).toEqual(new Map([["CRM_KEY", VALUE]]));
    writeFileSync(keyFile, before);
    await expect(readSecrets(here)).rejects.toMatchObject({ code: "MR1013" });
  });
});

describe("a secret", () => {
  test.each<[string, SecretSource, object]>([
    ["of a variable", { is: "env", name: "CRM" }, { value: VALUE }],
    ["of a variable that is not set", { is: "env", name: "NONE" }, { problem: "it is not set" }],
    ["of a variable that is empty", { is: "env", name: "EMPTY" }, { problem: "it is empty" }],
    ["that is short", { is: "env", name: "SHORT" }, { problem: "it is shorter than 8 characters" }],
    ["of a program", { is: "command", command: ["sh", "-c", `echo ${VALUE}`] }, { value: VALUE }],
    [
      "of a program that fails",
      { is: "command", command: ["sh", "-c", `echo ${VALUE} >&2; exit 3`] },
      { problem: "sh failed (3)" },
    ],
    [
      "of a program that is not there",
      { is: "command", command: ["no-such-program"] },
      { problem: 'there is no program "no-such-program"' },
    ],
    ["of the file", { is: "file", key: "CRM" }, { problem: "it is not in secrets.age" }],
  ])("%s is opened, or it is said why not", async (_what, source, result) => {
    const here = place({ CRM: VALUE, EMPTY: "", SHORT: "abc" });

    expect(await new SourceOpener(here).open(source)).toEqual(result);
  });
});

const heard: (string | undefined)[] = [];
const call = defineTask({
  id: "call",
  input: z.object({}),
  output: z.string(),
  secrets: ["CRM_KEY"],
  run: async ({ secrets }) => {
    heard.push(secrets.CRM_KEY);
    return "called";
  },
});
const called = task(call, { input: {} });
const calls = defineScore({ id: "calls", nodes: { called }, output: called.output });

test("a run is given the secrets that its orchestra binds, under its own names, and none is begun without them", async () => {
  const here = place({ FIRST: VALUE, CRM_KEY: "of nobody's orchestra" });
  const secrets = new OrchestraSecrets(here);
  const { store, start, prepare } = await openHall(undefined, {
    secret: (name, orchestra) => (orchestra === undefined ? undefined : secrets.get(orchestra, name)),
    bind: (id, orchestras) => secrets.bind(id, orchestras),
  });
  const { hash } = await prepare(calls as never);
  const put = ["first", "second"].map((id) => ({
    id,
    score: "calls",
    deployment: hash,
    definition: JSON.stringify({
      id,
      score: "calls",
      input: {},
      secrets: { CRM_KEY: { is: "env", name: id.toUpperCase() } },
    }),
    hash: "a".repeat(64),
    createdAt: 1,
    deployedAt: 1,
  }));
  await store.orchestras.deploy({ deployments: [], put, destroyed: [], audit: [] });

  const { ending } = await start(calls as never, {}, { of: { orchestra: "first" } });
  const refused = start(calls as never, {}, { of: { orchestra: "second", dueAt: 60_000 } });

  expect(await ending).toMatchObject({ is: "completed" });
  expect(heard).toEqual([VALUE]);
  await expect(refused).rejects.toMatchObject({
    code: "MR2067",
    facts: { missing: [{ secret: "CRM_KEY", from: 'env("SECOND")', reason: "it is not set" }] },
  });
  expect(await store.listRuns({ limit: 9 })).toHaveLength(1);
  expect(await store.orchestras.occurrences({ orchestra: "second", limit: 9 })).toEqual([]);
  const unbound = await start(calls as never, {});
  expect(await unbound.ending).toMatchObject({ is: "failed" });
});
