import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { failureOf } from "./outside.ts";
import { play } from "./play.ts";

const node = process.execPath;

/** A folder that is gone after the test. */
function folder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "maestro-shell-")));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

describe("a command", () => {
  test("gives its exit code and what it wrote", async () => {
    expect(await play({ script: "printf out; printf err >&2" })).toEqual({
      exitCode: 0,
      stdout: "out",
      stderr: "err",
    });
  });

  test("is read by no shell: each argument arrives as it is", async () => {
    const nasty = ["$(touch /tmp/x)", "; rm -rf /", "`id`", "*", "a  b", "ü", "", "--"];

    const { stdout } = await play({
      command: [node, "-p", "JSON.stringify(process.argv.slice(1))", "--", ...nasty, 7],
    });

    expect(JSON.parse(stdout)).toEqual([...nasty, "7"]);
  });

  test("as a script is read by /bin/sh, with values from its environment", async () => {
    const env = { NAME: '$(id) `id` "; exit 1' };

    expect((await play({ script: 'echo "Hello $NAME" | cat', env })).stdout).toBe(`Hello ${env.NAME}\n`);
  });

  test("reads what it is given, and nothing when nothing is given", async () => {
    expect((await play({ command: ["cat"], stdin: "Zoë\n" })).stdout).toBe("Zoë\n");
    expect((await play({ command: ["cat"] })).stdout).toBe("");
  });

  test("may end without reading what it is given", async () => {
    expect(await play({ command: ["true"], stdin: "a".repeat(10_000_000) })).toMatchObject({ exitCode: 0 });
  });

  test("is given a few variables of Maestro's own environment, and the node's", async () => {
    vi.stubEnv("MAESTRO_TEST_KEY", "geheim123");
    vi.stubEnv("TZ", "Europe/Berlin");
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });

    const { stdout } = await play({ command: ["/usr/bin/env"], env: { MODE: "fast", GONE: undefined } });

    const names = stdout.split("\n").map((line) => line.split("=")[0]);
    const allowed = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "MODE", ""];
    expect(names.filter((name) => !allowed.includes(name!))).toEqual([]);
    expect(stdout).toContain("MODE=fast\n");
    expect(stdout).toContain("TZ=Europe/Berlin\n");
  });
});

describe("a command that fails", () => {
  test("says its exit code and the last lines of its standard error", async () => {
    const failure = await failureOf(play({ script: "seq 1 30 >&2; echo shown nowhere; exit 3" }));

    expect(failure).toMatchObject({
      code: "MR3016",
      message: "the script ended with exit code 3: 21\n22\n23\n24\n25\n26\n27\n28\n29\n30",
      facts: { exitCode: 3, signal: null },
    });
  });

  test("and wrote nothing there says the last lines of its output", async () => {
    const failure = await failureOf(play({ command: ["/bin/sh", "-c", "echo 2 errors; exit 1"] }));

    expect(failure.message).toBe("/bin/sh ended with exit code 1: 2 errors");
  });

  test("in colours says it without them, and without what else a terminal would obey", async () => {
    const failure = await failureOf(
      play({ script: "printf '\\033[31mred\\033[0m\\007\\r\\n\\tend\\n' >&2; exit 1" }),
    );

    expect(failure.message).toBe("the script ended with exit code 1: red\\u0007\n  end");
  });

  test("at length says the last 2,000 characters", async () => {
    const failure = await failureOf(play({ script: "head -c 9000 /dev/zero | tr '\\0' a >&2; exit 1" }));

    expect(failure.facts).toMatchObject({ lastLines: `…${"a".repeat(2_000)}` });
  });

  test("by a signal says which", async () => {
    const failure = await failureOf(play({ script: "kill -KILL $$" }));

    expect(failure.message).toBe("the script ended with the signal SIGKILL");
  });

  test("because it is not there says its name", async () => {
    const missing = await failureOf(play({ command: ["maestro-no-such-program", "x"] }));
    const path = await failureOf(play({ command: ["./no-such.sh"] }));

    expect(missing).toMatchObject({
      code: "MR3017",
      message: 'there is no program "maestro-no-such-program" in the folders of PATH',
      hint: "install it, or give its path",
    });
    expect(path).toMatchObject({ code: "MR3017", message: expect.stringContaining('at "./no-such.sh"') });
  });

  test("because it may not be run, or its arguments are too long, says so", async () => {
    const root = folder();
    writeFileSync(join(root, "plain.txt"), "text", { mode: 0o644 });

    const forbidden = await failureOf(play({ command: ["./plain.txt"] }, { settings: { root } }));
    const long = await failureOf(play({ command: ["echo", "a".repeat(10_000_000)] }));

    expect(forbidden).toMatchObject({
      code: "MR3033",
      message: expect.stringContaining("./plain.txt may not be run"),
    });
    expect(long).toMatchObject({
      code: "MR3033",
      message: expect.stringContaining("larger than the system takes"),
    });
  });
});

describe("nothing is run when", () => {
  test.each([
    ["there is no program", { command: [] }, "its command names no program"],
    ["the program has no name", { command: [""] }, "its command names no program"],
    ["an argument is an object", { command: ["echo", { a: 1 }] }, "argument 1 is an object, not a text"],
    ["an argument is missing", { command: ["echo", null] }, "argument 1 is missing, not a text"],
    [
      "an argument holds a zero",
      { command: ["echo", "a\0b"] },
      "argument 1 holds a character with the code 0",
    ],
    [
      "a variable has no name",
      { command: ["true"], env: { "A=B": "1" } },
      '"A=B" cannot be the name of a variable',
    ],
    ["a variable is a list", { command: ["true"], env: { A: [] } }, "its variable A is a list, not a text"],
    ["its input is an object", { command: ["true"], stdin: {} }, "its stdin is an object, not a text"],
  ])("%s", async (_title, input, sentence) => {
    expect(await failureOf(play(input))).toMatchObject({
      code: "MR3033",
      message: `the program cannot be started: ${sentence}`,
    });
  });
});

describe("the folder it runs in", () => {
  const pwd = { command: [node, "-p", "process.cwd()"] };

  test("is the workspace's, or is found from there", async () => {
    const root = folder();
    mkdirSync(join(root, "packages/a"), { recursive: true });

    expect((await play(pwd, { settings: { root } })).stdout.trim()).toBe(root);
    expect((await play({ ...pwd, cwd: "packages/a" }, { settings: { root } })).stdout.trim()).toBe(
      join(root, "packages/a"),
    );
  });

  test("may be anywhere when its author wrote it out", async () => {
    const [root, other] = [folder(), folder()];

    const { stdout } = await play({ ...pwd, cwd: other }, { settings: { root }, isCwdWritten: true });

    expect(stdout.trim()).toBe(other);
  });

  test("lies inside the workspace when it was computed, also by way of links", async () => {
    const [root, other] = [folder(), folder()];
    symlinkSync(other, join(root, "link"));
    mkdirSync(join(root, "..well"));

    expect((await play({ ...pwd, cwd: "..well" }, { settings: { root } })).stdout).toContain("..well");
    for (const cwd of [other, "..", "link", "../"])
      expect(await failureOf(play({ ...pwd, cwd }, { settings: { root } })), cwd).toMatchObject({
        code: "MR3033",
        message: expect.stringContaining("was computed, and"),
      });
  });

  test("has to be there, and has to be a folder", async () => {
    const root = folder();
    writeFileSync(join(root, "file"), "");

    expect((await failureOf(play({ ...pwd, cwd: "gone" }, { settings: { root } }))).message).toContain(
      'its cwd "gone" is not there',
    );
    expect((await failureOf(play({ ...pwd, cwd: "file" }, { settings: { root } }))).message).toContain(
      'its cwd "file" is not a folder',
    );
  });
});

describe("output", () => {
  test("of up to 1 MB is kept whole", async () => {
    const { stdout } = await play({ script: "head -c 1048576 /dev/zero | tr '\\0' a" });

    expect(stdout).toBe("a".repeat(1_048_576));
  });

  test("beyond that keeps its first and its last 512 KB, and says how much is missing", async () => {
    const { stdout } = await play({
      script: "echo first; head -c 5000000 /dev/zero | tr '\\0' a; echo; echo last",
    });

    const [head, marker, tail] = stdout.split(/\n(… .* …)\n/) as [string, string, string];
    expect(head).toMatch(/^first\na+$/);
    expect(tail).toMatch(/^a+\nlast\n$/);
    expect([head.length, tail.length]).toEqual([524_288, 524_288]);
    expect(marker).toBe(`… ${5_000_012 - 1_048_576} bytes left out …`);
  });

  test("of hundreds of megabytes takes no more memory than what is kept", async () => {
    await play({ script: "head -c 50000000 /dev/zero" });
    const before = process.memoryUsage().rss;
    let most = 0;
    const timer = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss - before);
    }, 10);

    await play({ script: "head -c 400000000 /dev/zero; head -c 100000000 /dev/zero >&2" });
    clearInterval(timer);

    expect(most).toBeLessThan(60 * 1024 * 1024);
  });

  test("keeps characters whole that arrive in parts", async () => {
    const script = "printf 'Zo\\303'; sleep 0.05; printf '\\253 \\360\\237'; sleep 0.05; printf '\\230\\200'";

    expect((await play({ script })).stdout).toBe("Zoë 😀");
  });

  test("that is cut keeps characters whole at the cut", async () => {
    const write = "process.stdout.write('ab' + '😀'.repeat(500_000))";

    const { stdout } = await play({ command: [node, "-e", write] });

    expect(stdout).not.toContain("\uFFFD");
    expect(stdout).toMatch(/^ab😀+\n… \d+ bytes left out …\n😀+$/u);
  });
});

describe("a secret", () => {
  const secrets = new Map([["KEY", "k9-very-secret"]]);

  test("reaches the program in its environment and its input, and comes back in neither stream", async () => {
    const script = 'printf "%s" "$KEY" | base64; echo "$KEY" >&2; cat';

    const result = await play(
      { script, env: { KEY: "k9-very-secret" }, stdin: "in: k9-very-secret" },
      { secrets },
    );

    expect(result).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(/^\[secret:KEY\]=*\nin: \[secret:KEY\]$/),
      stderr: "[secret:KEY]\n",
    });
  });

  test("is in no sentence about a failure", async () => {
    const failure = await failureOf(
      play({ script: 'echo "bad key $KEY" >&2; exit 1', env: { KEY: "k9-very-secret" } }, { secrets }),
    );

    expect(failure.message).toBe("the script ended with exit code 1: bad key [secret:KEY]");
    expect(JSON.stringify(failure.facts)).not.toContain("k9-very");
  });

  test("that the cut goes through is not shown in part", async () => {
    const before = 512 * 1024 - 5;
    const script = `head -c ${before} /dev/zero | tr '\\0' a; printf "%s" "$KEY"; head -c 2000000 /dev/zero | tr '\\0' b`;

    const { stdout } = await play({ script, env: { KEY: "k9-very-secret" } }, { secrets });

    expect(stdout).not.toContain("k9");
    expect(stdout.indexOf("\n…")).toBe(before);
  });

  test("is not put on the command line, where every user of the machine could read it", async () => {
    for (const input of [{ command: ["echo", "k9-very-secret"] }, { script: "echo k9-very-secret" }]) {
      const failure = await failureOf(play(input, { secrets }));

      expect(failure).toMatchObject({
        code: "MR3033",
        message: expect.stringContaining("pass it in env or stdin"),
      });
    }
  });
});
