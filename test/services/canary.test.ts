import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { Hiding, hideSecrets } from "../../src/cli/orchestrator/hide-secrets.ts";
import { defineScore, defineTask, task } from "../../src/index.ts";
import { startRun } from "../../src/operations/start-run.ts";
import { openLog } from "../../src/services/orchestrator/open-log.ts";
import { openHall } from "../engine/hall.ts";

const CANARY = `c@nary/"é&<'7 +x~0123456789`;

/** All that it may look like in what comes back from outside. */
function formsOf(value: string): Readonly<Record<string, string>> {
  const json = JSON.stringify(value).slice(1, -1);
  const hex = Buffer.from(value).toString("hex");
  const html = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const base64 = (before: string) => Buffer.from(`${before}${value}!!`).toString("base64");
  return {
    raw: value,
    json,
    "json with slashes": json.replaceAll("/", "\\/"),
    url: encodeURIComponent(value),
    "url in lower case": encodeURIComponent(value).replace(/%[\dA-F]{2}/g, (code) => code.toLowerCase()),
    uri: encodeURI(value),
    form: new URLSearchParams([["", value]]).toString().slice(1),
    html,
    "html with names": html.replaceAll('"', "&quot;").replaceAll("'", "&#39;"),
    "html with numbers": html.replaceAll('"', "&#34;").replaceAll("'", "&#x27;"),
    hex,
    HEX: hex.toUpperCase(),
    base64: base64(""),
    "base64 after a byte": base64("u"),
    "base64 after two": base64("us"),
    base64url: Buffer.from(`${value}!!`).toString("base64url"),
  };
}

/** What of a form is long enough to be nothing else; base64 holds bits of what stands beside it at both ends. */
function tracesOf(forms: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(forms).flatMap(([name, form]) => {
    const own = name.startsWith("base64") ? form.slice(4, -6) : form;
    return [
      [name, own],
      [`${name}, as JSON`, JSON.stringify(own).slice(1, -1)],
    ];
  });
}

test("a secret that an orchestra binds is in none of its 16 forms in the store, in events or in the log", async () => {
  const forms = formsOf(CANARY);
  const known = new Map<string, string>();
  const hiding = new Hiding();
  const hall = await openHall(
    undefined,
    hideSecrets(
      {
        secret: (name, orchestra) => known.get(`${orchestra}/${name}`),
        bind: async (orchestra) => void known.set(`${orchestra}/CRM_KEY`, CANARY),
        allowHosts: [],
        allowPrivate: false,
        root: ".",
        models: {} as never,
      },
      hiding,
    ),
  );
  const { store, engine, folder } = hall;
  const lines: string[] = [];
  const log = await openLog({
    folder: join(folder, "logs"),
    write: (line) => lines.push(line),
    redact: (line) => hiding.text(line),
  });
  const leak = defineTask({
    id: "leak",
    input: z.object({}),
    output: z.record(z.string(), z.string()),
    secrets: ["CRM_KEY"],
    run: ({ log: say, secrets }) => {
      const all = formsOf(secrets.CRM_KEY);
      for (const [name, form] of Object.entries(all)) say(`${name}: ${form}`, { [form]: form });
      return { ...all, [secrets.CRM_KEY]: "key" };
    },
  });
  const broken = defineTask({
    id: "broken",
    input: z.object({}),
    output: z.null(),
    secrets: ["CRM_KEY"],
    run: ({ secrets }) => {
      throw new Error(Object.values(formsOf(secrets.CRM_KEY)).join(" "));
    },
  });
  const leaked = task(leak, { input: {} });
  const failed = task(broken, { input: {}, onFailure: "skip" });
  const score = defineScore({ id: "leaky", nodes: { leaked, failed }, output: { all: leaked.output } });
  const playable = await hall.prepare(score as never);
  const source = { is: "env", name: "CRM_KEY" };
  const definition = JSON.stringify({ id: "leaks", score: "leaky", input: {}, secrets: { CRM_KEY: source } });
  const row = { id: "leaks", score: "leaky", deployment: playable.hash, hash: "a".repeat(64), definition };
  await store.orchestras.deploy({
    deployments: [],
    put: [{ ...row, createdAt: 1, deployedAt: 1 }],
    destroyed: [],
    audit: [],
  });

  const play = await startRun(engine, playable, {}, { of: { orchestra: "leaks" } });
  const events: unknown[] = [];
  play.subscribe((event) => events.push(event));
  const ending = await play.ending;
  for (const [name, form] of Object.entries(forms))
    log.info("printed by a task", { name, text: form, [name]: form });
  log.warn(`raw ${CANARY}`);
  await log.close();
  await store.close();

  expect(ending.is).toBe("completed");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && !file.name.endsWith(".ballast"))
    .map((file) => join(file.parentPath, file.name));
  const places = {
    store: files.map((file) => readFileSync(file, "utf8")).join("\n"),
    log: lines.join(""),
    events: JSON.stringify(events),
    output: JSON.stringify(ending),
  };
  expect(Object.keys(forms)).toHaveLength(16);
  // What was told is there, and names what was taken out.
  for (const text of Object.values(places)) expect(text).toContain("[secret:CRM_KEY]");
  for (const [name, trace] of tracesOf(forms))
    for (const [place, text] of Object.entries(places))
      expect.soft(text.includes(trace), `${name} in ${place}`).toBe(false);
});
