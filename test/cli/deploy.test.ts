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
