import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Block, fileOf, REPOSITORY, readBlocks } from "./pages.ts";

const BIN = join(REPOSITORY, "bin/maestro.cjs");
const TSC = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
const blocks = readBlocks();
const places: Record<string, string> = {};
const root = mkdtempSync(join(tmpdir(), "maestro-docs-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function makePlace(name: string): string {
  const folder = join(root, name);
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  symlinkSync(REPOSITORY, join(folder, "node_modules/maestro-ts"));
  symlinkSync(join(REPOSITORY, "node_modules/zod"), join(folder, "node_modules/zod"));
  return folder;
}

function write(folder: string, file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

/** Standard output and standard error, in the order in which a terminal shows them. */
function run(words: string, cwd: string): string {
  const command = words.replace(/^(npx )?maestro /, `"${process.execPath}" "${BIN}" `);
  const { stdout } = spawnSync("sh", ["-c", `${command} 2>&1`], { cwd, encoding: "utf8" });
  return stdout.trimEnd();
}

beforeAll(() => {
  places.repository = REPOSITORY;
  places.elsewhere = makePlace("elsewhere");
  const examples = makePlace("examples");
  for (const block of blocks) {
    const file = fileOf(block);
    if (block.language === "ts" && file) write(examples, file, `${block.lines.join("\n")}\n`);
  }
  write(examples, "package.json", '{ "name": "examples", "private": true, "type": "module" }');
  places.examples = examples;
  places.broken = makePlace("broken");
  for (const file of ["scores/cold-leads.ts", "scores/lib/leads.ts", "maestro.config.ts", "package.json"]) {
    const text = readFileSync(join(examples, file), "utf8")
      .replace(/over: oneOf\((.*?), .*$/m, "over: $1,")
      .replace("map, oneOf, task", "map, task");
    // The README's page begins with the file's name, which the file itself does not.
    write(places.broken, file, text.replace(/^\/\/ scores\/.*\n/, ""));
  }
  places.misspelt = makePlace("misspelt");
  for (const file of ["scores/cold-leads.ts", "scores/lib/leads.ts", "maestro.config.ts", "package.json"]) {
    const text = readFileSync(join(examples, file), "utf8").replace(
      "found.output.quality",
      "found.output.qualty",
    );
    write(places.misspelt, file, text.replace(/^\/\/ scores\/.*\n/, ""));
  }
  const compilerOptions = {
    target: "es2024",
    module: "nodenext",
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    types: [],
  };
  for (const folder of [examples, places.broken, places.misspelt])
    write(
      folder,
      "tsconfig.json",
      JSON.stringify({ compilerOptions, include: ["scores", "maestro.config.ts"] }),
    );
  places.deployed = makeDeployed(examples);
  const demo = makePlace("demos");
  run("maestro init demo", demo);
  places.demo = join(demo, "demo");
});

/** An orchestra with a run that waits, whose files have changed since it was deployed. */
function makeDeployed(examples: string): string {
  const folder = makePlace("deployed");
  const files = ["scores/thank-you.ts", "orchestras/mornings.ts", "maestro.config.ts", "package.json"];
  for (const file of files) write(folder, file, readFileSync(join(examples, file), "utf8"));
  run("maestro deploy --yes", folder);
  run("maestro orchestras run-now mornings --quiet", folder);
  run('maestro orchestras set mornings timezone Europe/London --by ada --why "the team has moved"', folder);
  const change = (file: string, from: RegExp, to: string) =>
    write(folder, file, readFileSync(join(folder, file), "utf8").replaceAll(from, to));
  change("orchestras/mornings.ts", /0 9 /g, "0 8 ");
  change("scores/thank-you.ts", /draft/g, "letter");
  return folder;
}

/** `…` stands for any lines; ids and times are any ids and times, and in this repository, whose history grows, numbers any numbers. */
function toPattern(lines: readonly string[], isGrowing: boolean): RegExp {
  const escaped = lines.map((line) => {
    if (line === "…") return "(?:.*\n)*?.*";
    let text = line.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    text = text
      .replace(/run_[0-9a-f]+/g, "run_[0-9a-f]{32}")
      .replace(/\b[0-9a-f]{12}\b/g, "[0-9a-f]{12}")
      .replace(/\w{3} \d{4}-\d\d-\d\d \d\d:\d\d/g, "\\w{3} \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d")
      .replace(/\d+(?:\\\.\d+)? (?:ms|s)\b/g, "\\d+(?:\\.\\d+)? (?:ms|s)");
    return isGrowing
      ? text.replace(/\b\d+ (commits?|items?|notes)/g, "\\d+ (?:commits?|items?|notes)")
      : text;
  });
  return new RegExp(`^${escaped.join("\n")}$`);
}

/** A transcript as commands, each with the lines it is said to print. */
function commandsOf({ lines }: Block): { words: string; output: string[] }[] {
  const commands: { words: string; output: string[] }[] = [];
  for (const line of lines) {
    if (line.startsWith("$ ")) commands.push({ words: line.slice(2), output: [] });
    else commands.at(-1)!.output.push(line);
  }
  return commands;
}

describe("a transcript shows what is printed", () => {
  test.each(
    blocks.filter(({ language }) => language === "console").map((block) => [block.at, block] as const),
  )("%s", (_at, block) => {
    let cwd = places[block.place ?? ""]!;
    expect(cwd, "the block says where its commands are run").toBeDefined();

    for (const { words, output } of commandsOf(block)) {
      if (words.startsWith("cd ")) {
        cwd = join(cwd, words.slice(3));
        continue;
      }
      expect(run(words, cwd), words).toMatch(toPattern(output, block.place === "repository"));
    }
  });
});

describe("a command that is named exists, with its options", () => {
  const { scripts } = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const named = blocks
    .filter(({ language }) => language === "sh")
    .flatMap(({ lines }) => lines)
    .flatMap((line) => line.replace(/\s+#.*/, "").split(" && "));

  test.each([...new Set(named)])("%s", (words) => {
    const script = /^npm (?:run )?([\w:]+)/.exec(words)?.[1];
    if (script !== undefined) {
      expect(["ci", ...Object.keys(scripts)]).toContain(script);
      return;
    }
    const [, command, sub] = /^(?:npx )?maestro (\w+)(?: (\w+))?/.exec(words) ?? [];
    expect(command, words).toBeDefined();
    const whole = run(`maestro ${command} --help`, REPOSITORY);
    const hasSub = sub !== undefined && new RegExp(`^ +${sub}\\b`, "m").test(whole);
    const help = hasSub ? run(`maestro ${command} ${sub} --help`, REPOSITORY) : whole;
    for (const [option] of words.matchAll(/--[\w-]+/g)) expect(help).toContain(option);
  });
});

describe("the code of the pages", () => {
  test("compiles", async () => {
    const folder = places.examples!;
    const paths = {
      "maestro-ts": [join(REPOSITORY, "src/index.ts")],
      "maestro-ts/embed": [join(REPOSITORY, "src/embed.ts")],
      "maestro-ts/testing": [join(REPOSITORY, "src/testing.ts")],
    };
    const compilerOptions = {
      paths,
      noUnusedLocals: false,
      incremental: false,
      tsBuildInfoFile: null,
      types: ["node"],
      typeRoots: [join(REPOSITORY, "node_modules/@types")],
      lib: ["es2024", "dom"],
    };
    write(
      folder,
      "tsconfig.json",
      JSON.stringify({
        extends: join(REPOSITORY, "tsconfig.json"),
        compilerOptions,
        include: ["."],
        exclude: ["node_modules"],
      }),
    );

    const { stdout } = await promisify(execFile)(process.execPath, [
      TSC,
      "-p",
      folder,
      "--pretty",
      "false",
    ]).catch((error) => error);

    expect(
      stdout.split("\n").filter((line: string) => !line.startsWith("../") && /error/.test(line)),
    ).toEqual([]);
  });

  test("has no findings", () => {
    expect(run("maestro validate", places.examples!)).toMatch(/^no problems in 15 scores/);
  });

  test("plays", () => {
    expect(JSON.parse(run("maestro run report --quiet", places.examples!))).toEqual({
      heading: "Report on site",
      body: "About site (120 words)\ninternal: site",
    });
    expect(JSON.parse(run("maestro run cold-leads --quiet", places.examples!))).toEqual({
      drafts: [{ letter: "Dear Ada, …" }],
    });
    expect(JSON.parse(run("maestro run offer --quiet", places.examples!))).toEqual({
      text: "All for 7.",
      lines: [{ price: 3 }, { price: 4 }],
    });
  });

  test("and the tests of a score pass", () => {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ["--no-warnings", "--test", "--test-reporter=tap", "letters.test.ts"],
      { cwd: places.examples!, encoding: "utf8", env: { ...process.env, NODE_TEST_CONTEXT: undefined } },
    );

    expect(stdout + stderr).toContain("# pass 3");
    expect(status).toBe(0);
  });

  test("and the program that embeds Maestro prints what happens", () => {
    const folder = places.examples!;
    const { stdout, stderr } = spawnSync(process.execPath, ["--no-warnings", "program.ts"], {
      cwd: folder,
      encoding: "utf8",
    });

    expect(stderr).toBe("");
    expect(stdout).toMatch(
      /^run\.started\n(.*\n)+run\.completed\nAbout docs \(120 words\)\ninternal: docs\n$/,
    );
  });
});

const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;

test.runIf(hasSystemd)("systemd has nothing to say against the unit", () => {
  const unit = join(REPOSITORY, "docs/deploy/maestro.service");
  // It ends with 0 also when it ignores what it does not know.
  const { status, stdout, stderr } = spawnSync("systemd-analyze", ["verify", unit], { encoding: "utf8" });

  expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: "" });
});

test("every link between the pages leads somewhere", () => {
  const { stdout } = spawnSync(process.execPath, [BIN, "run", "link-check", "--quiet"], {
    cwd: REPOSITORY,
    encoding: "utf8",
  });

  expect(JSON.parse(stdout).broken).toEqual([]);
});
