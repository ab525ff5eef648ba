import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { type CliWorkspace, makeCliWorkspace, type Started } from "./workspace.ts";

/** Each round is an edit into an error and one back. MAESTRO_EDITS=200 is for a long look at what it holds on to. */
const ROUNDS = Math.ceil(Number(process.env.MAESTRO_EDITS ?? 24) / 2);

const score = (body = "") => `import { defineScore, task } from "maestro-ts";
import { z } from "zod";
${body}
const hello = task({ output: z.string(), run: () => "hello" });

export default defineScore({ id: "hello", nodes: { hello } });
`;

const TSCONFIG = JSON.stringify({
  compilerOptions: {
    target: "es2024",
    lib: ["es2024", "dom"],
    module: "nodenext",
    strict: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
  },
  include: ["maestro.config.ts", "scores"],
});

/** In an object, because what has started is a promise of its end. */
async function watch(workspace: CliWorkspace): Promise<{ readonly started: Started }> {
  const started = workspace.maestro(["validate", "--watch"]);
  onTestFinished(() => void started.child.kill("SIGKILL"));
  await started.said("watching for changes");
  return { started };
}

const makeTyped = () => makeCliWorkspace({ "tsconfig.json": TSCONFIG, "scores/hello.ts": score() });

test(
  "each change is told with what appeared and what was fixed, and nothing is held on to",
  async () => {
    const workspace = makeTyped();
    const { started } = await watch(workspace);
    const pid = started.child.pid!;
    const seen: { files: number; residentMb: number }[] = [];

    for (let round = 0; round < ROUNDS; round++) {
      workspace.write("scores/hello.ts", score(`export const n = () => nowhere${round};`));
      await started.said(`error MS1001 type-error\n  Cannot find name 'nowhere${round}' (TS2304).`);
      workspace.write("scores/hello.ts", score());
      await started.said(`MS1001 type-error  Cannot find name 'nowhere${round}' (TS2304).`);
      if (process.platform === "linux") seen.push(lookAt(pid));
    }
    started.child.kill("SIGINT");

    const { code, stdout, stderr } = await started;
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.match(/^\d\d:\d\d:\d\d {2}scores\/hello\.ts$/gm)).toHaveLength(2 * ROUNDS);
    expect(stdout).not.toContain("\u001b");
    if (seen.length > 4) {
      const [early, late] = [seen[3]!, seen.at(-1)!];
      console.log(`watching: ${JSON.stringify([early, late])}`);
      expect(late.files).toBeLessThanOrEqual(early.files + 2);
      expect(late.residentMb).toBeLessThan(early.residentMb + 60);
    }
  },
  30_000 + ROUNDS * 10_000,
);

function lookAt(pid: number): { files: number; residentMb: number } {
  const [, kb] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))!;
  return { files: readdirSync(`/proc/${pid}/fd`).length, residentMb: Math.round(Number(kb) / 1024) };
}

test("a file that is written again as it was is no change, and neither is one that nothing reads", async () => {
  const workspace = makeTyped();
  const { started } = await watch(workspace);

  workspace.write("scores/hello.ts", score());
  workspace.write("notes.txt", "x");
  workspace.write("node_modules/a/index.ts", "x");
  workspace.write("scores/lib/new.ts", "export {};\n");
  await started.said("scores/lib/new.ts\nno problems");
  started.child.kill("SIGTERM");

  const { code, stdout } = await started;
  expect(code).toBe(0);
  expect(stdout.match(/^\d\d:\d\d:\d\d .*$/gm)).toEqual([expect.stringMatching(/ {2}scores\/lib\/new\.ts$/)]);
});

test("it goes on over broken files, new ones and deleted ones, and says nothing was fixed that is only hidden", async () => {
  const workspace = makeTyped();
  workspace.write("scores/hello.ts", score("export const n: string = 1;"));
  const { started } = await watch(workspace);

  workspace.write("scores/broken.ts", "export default (");
  await started.said("error MS1003 syntax-error");
  workspace.write("scores/broken.ts", score("export const m: string = 2;").replace('"hello",', '"broken",'));
  await started.said("fixed  scores/broken.ts:1:17  MS1003");
  workspace.write("scores/broken.ts", "process.exit(3);");
  await started.said("error MS1007");
  workspace.write("scores/lib/new.ts", "export const n: number = undefined;");
  await started.said("scores/lib/new.ts:1:14  error MS1001");
  workspace.write("scores/hello.ts", score());
  await started.said("fixed  scores/hello.ts:3:14  MS1001");
  started.child.kill("SIGINT");

  const { code, stdout } = await started;
  expect(code).toBe(0);
  expect(stdout.indexOf("fixed  scores/hello.ts")).toBeGreaterThan(stdout.indexOf("scores/lib/new.ts:1:14"));
});

test("Ctrl-C ends it at once, even while a definition is loaded that never ends", async () => {
  const workspace = makeTyped();
  workspace.write("scores/endless.ts", ENDLESS);
  const started = workspace.maestro(["validate", "--watch"]);
  onTestFinished(() => void started.child.kill("SIGKILL"));
  await expect.poll(() => workspace.has("loading")).toBe(true);

  started.child.kill("SIGINT");

  await once(started.child, "exit");
  const { code, stdout } = await started;
  expect(code).toBe(0);
  expect(stdout).toBe("");
  // Nor is what loads it left: by itself it would find out seconds later that it is stuck.
  await expect.poll(() => evaluatingIn(workspace.root), { timeout: 1_500 }).toEqual([]);
});

const ENDLESS = 'import { writeFileSync } from "node:fs";\nwriteFileSync("loading", "");\nfor (;;);\n';

/** What evaluates definitions of a workspace. One that has ended, and that nobody has taken leave of yet, has no command line. */
function evaluatingIn(root: string): string[] {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return processes.filter((pid) => {
    try {
      return (
        readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(root) ||
        readlinkSync(`/proc/${pid}/cwd`) === root
      );
    } catch {
      return false;
    }
  });
}

test.each([["--json"], ["--format", "github"]])(
  "--watch with %s %s is refused: it prints for people",
  async (...words) => {
    const { code, stderr } = await makeTyped().maestro(["validate", "--watch", ...words]);

    expect(code).toBe(2);
    expect(stderr).toContain("--watch prints for people alone.");
  },
);
