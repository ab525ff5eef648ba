import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished } from "vitest";
import { inspectBackup } from "../../src/store/restore.ts";
import { makeOlder } from "../store/make-older.ts";
import { type CliWorkspace, makeCliWorkspace, type Started } from "./workspace.ts";

const SOON = { timeout: 60_000 };
const MORTAL = join(import.meta.dirname, "../store/children/die-at-statement.cjs");

/** Its second step is at work until there is a file `go`. */
const SCORE = `import { appendFileSync, existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { defineScore, input, task } from "maestro-ts";
import { z } from "zod";

const given = input(z.object({ name: z.string() }));
const begin = (step: string, name: string) => (appendFileSync("ledger", name + " " + step + "\\n"), { name });
const N = z.object({ name: z.string() });
const first = task({ input: { name: given.name }, output: N, run: ({ input: { name } }) => begin("first", name) });
const second = task({
  input: { name: first.output.name },
  output: N,
  run: async ({ input: { name } }) => {
    begin("second", name);
    while (!existsSync("go")) await sleep(10);
    return { name };
  },
});
const third = task({ input: { name: second.output.name }, output: N, run: ({ input: { name } }) => begin("third", name) });

export default defineScore({ id: "letters", input: given, nodes: { first, second, third }, output: third.output });
`;

/** A workspace whose store an earlier build has made: a run that was killed in its second step. */
export async function makeOlderHouse(version: number): Promise<OlderHouse> {
  const workspace = makeCliWorkspace({ "scores/letters.ts": SCORE });
  const killed = workspace.maestro(["run", "letters", "-i", "name=ada", "--quiet"]);
  await expect
    .poll(() => (workspace.has("ledger") ? workspace.read("ledger") : ""), SOON)
    .toContain("ada second");
  killed.child.kill("SIGKILL");
  await killed;
  await makeOlder(workspace.path(".maestro/maestro.db"), version);
  return new OlderHouse(workspace, version);
}

/** One that is not killed as it should be goes on with nobody to end it. */
function ended(started: Started): Started {
  onTestFinished(async () => {
    started.child.kill("SIGKILL");
    await started;
  });
  return started;
}

/** What is in the store for whoever reads it beside, and its version. */
interface Shape {
  readonly version: number;
  readonly runs: number;
  readonly steps: number;
  readonly health: string;
}

export class OlderHouse {
  readonly workspace: CliWorkspace;
  readonly #version: number;
  readonly #kept: string;

  constructor(workspace: CliWorkspace, version: number) {
    this.workspace = workspace;
    this.#version = version;
    this.#kept = workspace.path("kept.db");
    copyFileSync(this.file, this.#kept);
  }

  get file(): string {
    return this.workspace.path(".maestro/maestro.db");
  }

  /** What was kept before it was migrated. */
  get backup(): string {
    return `${this.file}.before-${this.#version}`;
  }

  /** The store as it was at first, and nothing played since. */
  reset(): void {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(this.file + suffix, { force: true });
    rmSync(this.backup, { force: true });
    copyFileSync(this.#kept, this.file);
    this.workspace.write("ledger", "ada first\nada second\n");
    rmSync(this.workspace.path("go"), { force: true });
  }

  /** `maestro start`, which kills itself before that statement: its number, or how it begins. */
  start(dieBefore: string): Started {
    const env = { NODE_OPTIONS: `--require ${MORTAL}`, DIE_BEFORE: dieBefore };
    return ended(this.workspace.maestro(["start"], { env }));
  }

  /** The store is as it was or as it will be, with everything that was in it; and what is there as a backup is whole. */
  async expectWhole(now: number): Promise<"old" | "new"> {
    const shape = this.#shape();
    expect([this.#version, now]).toContain(shape.version);
    expect(shape).toMatchObject({ runs: 1, steps: 1, health: "ok" });
    if (shape.version === this.#version) return "old";
    expect(await inspectBackup(this.backup)).toMatchObject({ runs: 1 });
    return "new";
  }

  #shape(): Shape {
    const database = new DatabaseSync(this.file);
    try {
      return database
        .prepare(
          `SELECT (SELECT user_version FROM pragma_user_version) AS version, (SELECT count(*) FROM runs) AS runs,
            (SELECT count(*) FROM steps WHERE status = 'completed') AS steps,
            (SELECT integrity_check FROM pragma_integrity_check) AS health`,
        )
        .get() as unknown as Shape;
    } finally {
      database.close();
    }
  }

  /** The orchestrator goes on with the run that was killed, and nothing that was written down is played again. */
  async expectGoesOn(): Promise<void> {
    const { workspace } = this;
    workspace.write("go", "");
    const up = ended(workspace.maestro(["start"]));
    await up.said('"run came to rest"');
    up.child.kill("SIGTERM");
    expect(await up).toMatchObject({ code: 0, stderr: "" });
    const of = (step: string) => workspace.read("ledger").split(`ada ${step}`).length - 1;
    expect([of("first"), of("third")]).toEqual([1, 1]);
  }
}
