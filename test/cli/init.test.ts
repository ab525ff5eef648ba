import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { run } from "../../src/cli/commands/init.ts";
import { templateFiles } from "../../src/cli/template/workspace.ts";
import { UsageError } from "../../src/cli/usage-error.ts";
import { version } from "../../src/support/version.ts";
import { fakeIo } from "./fake-io.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const FILES = templateFiles({ name: "demo", version }).map(({ path }) => path);

function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "maestro-init-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const init = async (
  cwd: string,
  words: string[] = [],
  options: Parameters<typeof run>[2] = {},
  typed?: readonly string[],
) => {
  const rest = typed && {
    canAsk: true,
    lines: () =>
      (async function* () {
        yield* typed;
      })(),
  };
  const io = fakeIo(cwd, rest);
  const exitCode = await run(io, words, options);
  return { exitCode, output: io.written.join("") };
};

test("init writes a whole workspace, says what it wrote, and what to do next", async () => {
  const folder = tempFolder();

  const { exitCode, output } = await init(folder, ["demo"]);

  expect(exitCode).toBe(0);
  for (const file of FILES) expect(existsSync(join(folder, "demo", file)), file).toBe(true);
  expect(output).toBe(
    `${FILES.map((file) => `wrote ${file}\n`).join("")}\nNext:\n  cd demo\n  npm install\n  npx maestro run hello\n  npx maestro validate\n  npx maestro test\n`,
  );
});

test("npm install is no next command where a folder above has the packages", async () => {
  const folder = tempFolder();
  for (const name of ["maestro-ts", "zod"]) {
    mkdirSync(join(folder, "node_modules", name), { recursive: true });
    writeFileSync(join(folder, "node_modules", name, "package.json"), "{}");
  }

  expect((await init(folder, ["demo"])).output).not.toContain("npm install");
});

test("without a folder's name the workspace is made where one stands, and there is nowhere to go to", async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, ".git"));

  const { output } = await init(folder);

  expect(existsSync(join(folder, "maestro.config.ts"))).toBe(true);
  expect(output).not.toContain("cd ");
});

test("on a terminal it asks what no flag says, asks again what it cannot use, and an empty answer is what was offered", async () => {
  const folder = tempFolder();

  const { output } = await init(folder, [], {}, ["letters", "gpt", "local/llama3", "perhaps", "no", ""]);

  const root = join(folder, "letters");
  expect(output).toContain(
    "Which folder? [.] Which model do agents ask? [anthropic/claude-sonnet] a model is named",
  );
  expect(output).toContain("say yes or no");
  expect(readFileSync(join(root, "agents/commit-writer.ts"), "utf8")).toContain('model: "local/llama3"');
  expect(readFileSync(join(root, "maestro.config.ts"), "utf8")).toContain(
    "local: openaiCompatible({ baseURL:",
  );
  expect(existsSync(join(root, ".github"))).toBe(false);
  expect(existsSync(join(root, ".vscode/settings.json"))).toBe(true);
});

test("flags leave nothing to ask, input that ends takes what is offered, and --yes asks nothing", async () => {
  const said = await init(tempFolder(), ["demo"], { model: "open-router/x", ci: false, editor: false }, [
    "unread",
  ]);
  expect(said.output).not.toMatch(/\?|maestro\.yml|settings\.json/);

  const ended = await init(tempFolder(), [], {}, ["demo"]);
  expect(ended.output).toContain("wrote .github/workflows/maestro.yml");

  const yes = await init(tempFolder(), [], { yes: true }, ["unread"]);
  expect(yes.output).not.toContain("?");
});

test("a model that cannot be one is refused, and nothing is written", async () => {
  const folder = tempFolder();

  await expect(init(folder, ["demo"], { model: "gpt" })).rejects.toThrow("a model is named provider/model");
  expect(readdirSync(folder)).toEqual([]);
});

test("a folder that is not empty is refused, with the way out, and nothing is written", async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, "notes.txt"), "mine");

  const refused = await init(folder, ["."]).catch((error: unknown) => error);

  expect(refused).toBeInstanceOf(UsageError);
  expect(refused).toMatchObject({
    message: `${folder} is not empty: there is notes.txt.`,
    hint: "name another folder, or keep what is there and add the rest: maestro init . --force",
  });
  expect(readdirSync(folder)).toEqual(["notes.txt"]);
});

test("a file that stands where the folder is to be is refused", async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, "demo"), "mine");

  await expect(init(folder, ["demo"])).rejects.toThrow(`${join(folder, "demo")} is not a folder.`);
});

test("with --force existing files are kept as they are and named, a link to nothing too, and the rest is written", async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, "README.md"), "mine");
  symlinkSync("/nowhere/at/all", join(folder, "tsconfig.json"));

  const { output } = await init(folder, ["."], { force: true });

  expect(readFileSync(join(folder, "README.md"), "utf8")).toBe("mine");
  expect(output).toContain("kept  README.md (it was there)\n");
  expect(output).toContain("kept  tsconfig.json (it was there)\n");
  expect(output).toContain("wrote scores/hello.ts\n");
});

test("beside a package.json of CommonJS the first command makes its files modules", async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "mine", type: "commonjs" }));

  const { output } = await init(folder, ["."], { force: true });

  expect(output).toContain("Next:\n  npm pkg set type=module\n");
});

test("with --force a file in the place of a folder is an error, not a file that was kept", async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, "scores"), "mine");

  await expect(init(folder, ["."], { force: true })).rejects.toThrow(
    /scores\/hello\.ts cannot be written \(E\w+\)\./,
  );
});

test("the next command is one that a shell understands, whatever the folder is called", async () => {
  expect((await init(tempFolder(), ["it's & mine"])).output).toContain(String.raw`  cd 'it'\''s & mine'`);
});

test.each([
  ["My Scores!", "my-scores"],
  ["..", "maestro-workspace"],
  ["zod", "zod-workspace"],
  ["次", "maestro-workspace"],
])("the package of a folder called %s is called %s, which npm allows", (name, expected) => {
  const text = templateFiles({ name, version }).find(({ path }) => path === "package.json")!.text;

  expect(JSON.parse(text)).toMatchObject({
    name: expected,
    private: true,
    type: "module",
    dependencies: { "maestro-ts": `^${version}`, zod: "^4.2.0" },
  });
});

test("what init writes type-checks, and its definitions compile without a finding and play offline", async () => {
  const folder = tempFolder();
  await init(folder);
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "tsconfig.test.json"), JSON.stringify(TEST_TSCONFIG));
  writeFileSync(join(folder, "look.test.ts"), LOOK);
  writeFileSync(join(folder, "vitest.config.ts"), VITEST_CONFIG);

  await exec(["typescript/bin/tsc", "-p", "tsconfig.test.json"], folder);
  await exec(["vitest/vitest.mjs", "run"], folder);
});

test("what init writes passes its own tests: cassettes stand for the model and the person, without a key", async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/maestro-ts"));
  symlinkSync(join(root, "node_modules/zod"), join(folder, "node_modules/zod"));
  await init(folder, ["."], { force: true, model: "local/llama3" });

  // From where the packages are, as the other programs.
  await exec(["../bin/maestro.cjs", "test"], folder);
});

async function exec([script = "", ...words]: string[], cwd: string): Promise<void> {
  const args = [join(root, "node_modules", script), ...words];
  const failed = await promisify(execFile)(process.execPath, args, { cwd }).then(
    () => "",
    (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
  );
  expect(failed).toBe("");
}

const TEST_TSCONFIG = {
  extends: "./tsconfig.json",
  compilerOptions: { types: ["node"], paths: { "maestro-ts": [join(root, "src/index.ts")] } },
};

const VITEST_CONFIG = `export default {
  resolve: { alias: { "maestro-ts": ${JSON.stringify(join(root, "src/index.ts"))} } },
};`;

const LOOK = `
import { expect, test } from "vitest";
import agent from "./agents/commit-writer.ts";
import config from "./maestro.config.ts";
import orchestra from "./orchestras/hello-weekdays.ts";
import hello from "./scores/hello.ts";
import { definitionKind } from ${JSON.stringify(join(root, "src/define/definition.ts"))};
import { toPlan } from ${JSON.stringify(join(root, "src/define/to-plan.ts"))};
import { openMaestro } from ${JSON.stringify(join(root, "src/embed.ts"))};

test("they are definitions, and the score has a plan without findings", () => {
  expect([agent, config, orchestra, hello].map(definitionKind)).toEqual(["agent", "config", "orchestra", "score"]);
  expect(toPlan(hello).findings).toEqual([]);
  expect(orchestra.plays).toBe(hello);
});

test.each([
  [{}, "Hello, world!"],
  [{ name: "Ada", loud: true }, "HELLO, ADA!"],
])("it greets: %j", async (input, greeting) => {
  const maestro = await openMaestro({ scores: [hello], store: "hello.db" });
  const { result } = await maestro.run(hello, input);
  expect(await result).toEqual({ greeting });
  await maestro.close();
});
`;
