import { expect, test } from "vitest";
import { makeCliWorkspace, SLOW_SCORE } from "./workspace.ts";

const ORCHESTRA = `import { defineOrchestra } from "maestro-ts";
import slow from "../scores/slow.ts";

export default defineOrchestra({
  id: "mornings",
  name: "Mornings",
  plays: slow,
  input: { n: 2 },
  schedule: { cron: "0 9 * * 1-5", timezone: "Europe/Berlin" },
});
`;

test("a plan shows what a deploy changes, and a deploy does it when it is told to, once", async () => {
  const workspace = makeCliWorkspace({ "scores/slow.ts": SLOW_SCORE, "orchestras/mornings.ts": ORCHESTRA });
  const { maestro } = workspace;

  const planned = await maestro(["plan", "--exit-code"]);
  expect(planned.stderr).toBe("");
  expect(planned.code).toBe(2);
  expect(planned.stdout).toContain('+ mornings\n    name               "Mornings"\n');
  expect(planned.stdout).toMatch(/next instants {6}\w{3} [\d-]+ 09:00, .* \(Europe\/Berlin\)\n/);
  expect(planned.stdout).toContain("1 to create, 0 to change, 0 to destroy, 0 as they are\n");
  const untold = await maestro(["deploy"]);
  expect(untold.code).toBe(2);
  expect(untold.stderr).toBe("nothing was deployed; to do it: maestro deploy --yes\n");

  const deployed = await maestro(["deploy", "--yes", "--by", "ada"]);
  expect(deployed.stderr).toBe("");
  expect(deployed.stdout).toContain("deployed: 1 created, 0 changed, 0 destroyed\n");
  const again = await maestro(["deploy", "--yes"]);
  expect(again.stdout).toBe("no changes: 1 orchestra is as the files say\n");
  expect((await maestro(["plan", "--exit-code"])).code).toBe(0);

  workspace.write("orchestras/mornings.ts", ORCHESTRA.replace("0 9", "0 8").replace("slow,", "undefined,"));
  const broken = await maestro(["deploy", "--yes"]);
  expect(broken.code).toBe(1);
  expect(broken.stderr).toContain("MS4008");
  expect(broken.stderr).toContain("against the deploy; nothing was done.");
});

test("a deploy reaches the process that owns the store, and drift names what no file explains", async () => {
  const workspace = makeCliWorkspace({ "scores/slow.ts": SLOW_SCORE, "orchestras/mornings.ts": ORCHESTRA });
  const { maestro } = workspace;
  const owner = maestro(["run", "slow", "-i", "ms=60000"]);
  await owner.said("✓ first");

  const deployed = await maestro(["deploy", "--yes", "--json"]);
  expect(deployed.stderr).toBe("");
  expect(JSON.parse(deployed.stdout)).toMatchObject({
    hasChanges: true,
    orchestras: [{ id: "mornings", is: "create", isEnabled: false }],
    done: { created: 1, changed: 0, destroyed: 0 },
  });
  workspace.write("orchestras/mornings.ts", ORCHESTRA.replace("0 9", "0 8"));
  const drift = await maestro(["drift", "--exit-code"]);
  owner.child.kill("SIGTERM");
  await owner;

  expect(drift.stderr).toBe("");
  expect(drift.stdout).toBe("mornings  is deployed as an earlier file says: schedule.cron\n");
  expect(drift.code).toBe(2);
  expect(workspace.has(".maestro/drafts") && (await maestro(["drift"])).code).toBe(0);
});

const LETTER = `import { checkpoint, defineScore, task } from "maestro-ts";
import { z } from "zod";

const draft = task({ input: {}, output: z.string(), run: () => "Dear Ada" });
const review = checkpoint({ title: "Send it?", show: draft.output, decision: z.object({ send: z.boolean() }), timeout: "24h", onTimeout: "reject" });

export default defineScore({ id: "letter", kind: "outreach", nodes: { draft, review }, output: review.output.send });
`;

test("orchestras are listed, decided about and played; a plan says what new code means for a run that waits", async () => {
  const workspace = makeCliWorkspace({
    "scores/letter.ts": LETTER,
    "orchestras/mornings.ts": ORCHESTRA.replaceAll("slow", "letter").replace("{ n: 2 }", "{}"),
  });
  const { maestro } = workspace;
  expect((await maestro(["orchestras"])).stdout).toContain("maestro deploy");
  await maestro(["deploy", "--yes"]);

  const parked = await maestro(["orchestras", "run-now", "mornings", "--quiet"]);
  expect(parked.stderr).toContain("waiting for a decision");
  const decided = await maestro([
    "orchestras",
    "set",
    "mornings",
    "cron",
    "0 7 * * 1",
    "--why",
    "winter",
    "--by",
    "ada",
  ]);
  expect(decided.stderr).toBe("");
  const listed = await maestro(["orchestras"]);
  expect(listed.stdout).toContain(
    'mornings  idle       Mondays at 07:00 Europe/Berlin  next — (disabled)  …\n          cron set to "0 7 * * 1" by ada, the file says "0 9 * * 1-5"\n',
  );
  expect((await maestro(["orchestras", "show", "mornings"])).stdout).toContain("Outreach");
  const unknown = await maestro(["orchestras", "enable", "morning"]);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('did you mean "mornings"?');
  expect((await maestro(["orchestras", "shwo"])).stderr).toContain('did you mean "show"?');

  workspace.write(
    "scores/letter.ts",
    LETTER.replace("const draft", "const text").replaceAll("draft", "text"),
  );
  const planned = await maestro(["plan"]);
  expect(planned.stdout).toMatch(/code {15}[0-9a-f]{12} → [0-9a-f]{12}\n/);
  expect(planned.stdout).toMatch(
    /runs {15}1 run waiting: needs mapping\n {23}run_[0-9a-f]+\n {25}draft would be lost/,
  );
  expect(planned.stdout).toContain('stays as set       cron "0 7 * * 1" by ada: winter\n');
});

test("what an orchestrator owns is deployed, decided about, played and moved to new code there", async () => {
  const workspace = makeCliWorkspace({
    "scores/slow.ts": SLOW_SCORE,
    "orchestras/mornings.ts": ORCHESTRA,
    "scores/letter.ts": LETTER,
    "orchestras/letters.ts": ORCHESTRA.replaceAll("slow", "letter")
      .replace("{ n: 2 }", "{}")
      .replaceAll("mornings", "letters"),
  });
  const { maestro } = workspace;
  const orchestrator = maestro(["start"]);
  await orchestrator.said("started");

  expect((await maestro(["deploy", "--yes"])).stdout).toContain("deployed: 2 created");
  const enabled = await maestro(["orchestras", "enable", "mornings", "--json"]);
  expect(JSON.parse(enabled.stdout)).toMatchObject({ status: "scheduled", isEnabled: true });
  const played = await maestro(["orchestras", "run-now", "mornings", "--quiet"]);
  const listed = JSON.parse((await maestro(["orchestras", "--json"])).stdout);
  await maestro(["orchestras", "run-now", "letters", "--quiet"]);
  workspace.write("scores/letter.ts", LETTER.replace("Send it?", "Send it now?"));
  const moved = await maestro(["deploy", "--migrate", "--yes", "--json"]);
  const [run] = JSON.parse(moved.stdout).moved as string[];
  await maestro(["decide", run!, "-i", "send=true"]);
  const shown = JSON.parse((await maestro(["runs", "show", run!, "--json"])).stdout);
  orchestrator.child.kill("SIGTERM");
  await orchestrator;
  const alone = await maestro(["orchestras", "run-now", "mornings"]);

  // From its beginning: nothing of it is missed.
  expect(alone.stdout).toMatch(/✓ first/);
  expect(played.stderr).toBe("");
  expect(JSON.parse(played.stdout)).toEqual({ n: 33 });
  expect(listed).toMatchObject([
    { id: "letters", runs: [] },
    { id: "mornings", runs: [{ status: "completed" }], successRate: 1 },
  ]);
  expect(moved.stderr).toBe("");
  expect(JSON.parse(moved.stdout)).toMatchObject({
    done: { changed: 1 },
    moved: [expect.stringMatching(/^run_/)],
    stayed: [],
  });
  expect(shown.audit.map(({ action }: { action: string }) => action)).toEqual([
    "orchestras run-now",
    "migrate",
    "decide",
  ]);
});

test("secrets are kept in an encrypted file that no command prints, and a plan says which are missing", async () => {
  const score = SLOW_SCORE.replace(
    "const first",
    'const asked = http({ url: "https://crm.example.com/", headers: { k: secret("CRM_KEY") }, response: z.unknown() });\nconst first',
  )
    .replace("defineScore, input, task", "defineScore, http, input, secret, task")
    .replace("nodes: { first", "nodes: { asked, first");
  const config =
    'import { defineConfig } from "maestro-ts";\n\nexport default defineConfig({ http: { allowHosts: ["crm.example.com"] } });\n';
  const bound = ORCHESTRA.replace("defineOrchestra }", "defineOrchestra, encrypted }").replace(
    "schedule:",
    'secrets: { CRM_KEY: encrypted("CRM_KEY") },\n  schedule:',
  );
  const workspace = makeCliWorkspace({
    "maestro.config.ts": config,
    "scores/slow.ts": score,
    "orchestras/mornings.ts": bound,
  });
  const { maestro } = workspace;

  const missing = await maestro(["plan"]);
  expect(missing.stderr).toBe("");
  expect(missing.stdout).toContain(
    'secret             CRM_KEY from encrypted("CRM_KEY"): it is not in secrets.age\n',
  );
  await maestro(["deploy", "--yes"]);
  const refused = await maestro(["orchestras", "run-now", "mornings"]);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("MR2067");

  expect((await maestro(["secrets", "set", "CRM_KEY"], { stdin: "short" })).code).toBe(2);
  const set = await maestro(["secrets", "set", "CRM_KEY"], { stdin: "s3cret-canary-value\n" });
  expect(set.stdout).toBe("CRM_KEY is added\n");
  expect((await maestro(["secrets"])).stdout).toBe("CRM_KEY\n");
  expect((await maestro(["plan", "--json"])).stdout).toContain('"isThere": true');
  expect((await maestro(["secrets", "remove", "CRM_KY", "--yes"])).stderr).toContain(
    'did you mean "CRM_KEY"?',
  );
  expect((await maestro(["secrets", "remove", "CRM_KEY"])).code).toBe(2);
  expect(workspace.read("secrets.age")).not.toContain("canary");
});
