import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "maestro-consumer-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A machine that has never seen Maestro: an empty home, and the Node and npm of the system. */
const env = {
  HOME: join(root, "home"),
  PATH: process.env
    .PATH!.split(delimiter)
    .filter((folder) => !folder.includes("node_modules"))
    .join(delimiter),
};

async function shell(command: string, cwd: string): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)("sh", ["-c", command], {
    cwd,
    env,
    maxBuffer: 1e8,
  }).catch((error) => {
    throw new Error(`${command}\n${error.stdout}${error.stderr}`);
  });
  return stdout + stderr;
}

test("installed elsewhere from its tarball, the package makes a workspace and plays it", async () => {
  mkdirSync(env.HOME);
  const project = join(root, "project");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), '{ "name": "project", "private": true }');
  const packed = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", root], {
    cwd: REPOSITORY,
    encoding: "utf8",
  });
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];

  await shell(`npm install ../${filename}`, project);
  await shell("npx maestro init demo", project);
  const played = await shell("npx maestro run hello", join(project, "demo"));
  const validated = await shell("npx maestro validate", join(project, "demo"));
  const checked = await shell("npx maestro doctor", join(project, "demo"));

  expect(played).toContain("greeting: Hello, world!");
  expect(validated).toContain("no problems in 3 scores");
  expect(checked).not.toContain("✗");
});
