import { spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { connectLibsql } from "../../src/store/connection.ts";
import { openStore } from "../../src/store/open-store.ts";
import { STORE_FILES } from "./damage.ts";

const CHILD = join(import.meta.dirname, "children/open-damaged.ts");
const MIGRATIONS = join(import.meta.dirname, "../../migrations");
/** So long nothing takes, on any machine. */
const HANGS_AFTER_MS = 60_000;

/** How the use of one damaged store went; see `children/open-damaged.ts`. */
interface Use {
  readonly seed: number;
  readonly damage: string;
  readonly refused?: string;
  readonly isChanged?: boolean;
  readonly failed?: string;
  readonly read?: string;
  readonly integrity?: string;
}

export interface Damaged {
  readonly refused: number;
  /** Opened, and told by a later read or write. */
  readonly told: number;
  /** Opened, and gave what was written. */
  readonly same: number;
  /** Opened, and gave something else, or less; SQLite's own check sees nothing wrong. */
  readonly unseen: number;
  /** What must not be, in words. */
  readonly problems: readonly string[];
}

/** Damages copies of a store that was closed, and of one that was not, in `count` ways each, and uses them. */
export async function runDamage({ first, count }: { first: number; count: number }): Promise<Damaged> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "maestro-damage-"));
  try {
    const closed = join(folder, "closed/maestro.db");
    const unclean = join(folder, "unclean/maestro.db");
    const made = join(folder, "made/maestro.db");
    await makeClosed(made);
    mkdirSync(join(closed, ".."));
    // Only these: the driver takes away what lies beside a database some time after it was closed.
    for (const suffix of ["", ".lock", ".ballast"]) copyFileSync(made + suffix, closed + suffix);
    await makeUnclean(closed, unclean);
    const [one, two] = await Promise.all([
      useDamaged(closed, join(folder, "a"), { first, count }),
      useDamaged(unclean, join(folder, "b"), { first, count }),
    ]);
    return sumOf([...one, ...two]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sumOf(uses: readonly (Use | string)[]): Damaged {
  const all = uses.filter((use) => typeof use !== "string");
  const whole = new Map<string, number>();
  for (const { read } of all) if (read) whole.set(read, (whole.get(read) ?? 0) + 1);
  const [written] = [...whole].sort((a, b) => b[1] - a[1])[0] ?? [];
  const isWrong = (use: Use) => use.read !== undefined && use.integrity !== "ok";
  return {
    refused: all.filter(({ refused }) => refused).length,
    told: all.filter(({ failed }) => failed).length,
    same: all.filter(({ read }) => read === written).length,
    unseen: all.filter(({ read }) => read !== undefined && read !== written).length,
    problems: [
      ...uses.filter((use) => typeof use === "string"),
      ...all.filter((use) => use.isChanged).map((use) => `refused, and changed: ${JSON.stringify(use)}`),
      ...all.filter(isWrong).map((use) => `damage presented as right: ${JSON.stringify(use)}`),
      ...all
        .filter(({ refused, failed }) => !isSentence(refused ?? failed))
        .map((use) => `no sentence: ${JSON.stringify(use)}`),
    ],
  };
}

function isSentence(told: string | undefined): boolean {
  return told === undefined || /^MR10(0\d|10): [^\n]*\.$/.test(told);
}

/** A line per store; where the process ended or hangs, one that says so. */
function useDamaged(
  from: string,
  folder: string,
  { first, count }: { first: number; count: number },
): Promise<(Use | string)[]> {
  mkdirSync(folder);
  const args = ["--no-warnings", CHILD, from, folder, MIGRATIONS, String(first), String(count)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const uses: (Use | string)[] = [];
  let said = "";
  child.stderr.on("data", (text) => (said += text));
  let timer = setTimeout(() => child.kill("SIGKILL"), HANGS_AFTER_MS);
  createInterface(child.stdout).on("line", (line) => {
    clearTimeout(timer);
    timer = setTimeout(() => child.kill("SIGKILL"), HANGS_AFTER_MS);
    uses.push(JSON.parse(line) as Use);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      const how = `ended with ${code ?? signal}`;
      if (uses.length < count || code !== 0) uses.push(`seed ${first + uses.length}: ${how}: ${said}`);
      resolve(uses);
    });
  });
}

/** Runs that have completed, failed and not ended; steps, events, a large output, code. */
async function makeClosed(file: string): Promise<void> {
  const store = await openStore({ file, durability: "process", migrations: MIGRATIONS });
  const deployment = "d".repeat(64);
  const code = new Uint8Array(20_000).fill(7);
  await store.saveDeployment({ hash: deployment, score: "leads", plan: "{}", code, createdAt: 1 });
  const of = {
    score: "leads",
    deployment,
    status: "running",
    createdAt: 1,
    startedAt: 1,
    parent: null,
  } as const;
  const done = { attempt: 1, kind: "task", status: "completed", error: null, info: null } as const;
  for (const id of ["run_1", "run_2", "run_3"]) {
    await store.createRun({ ...of, id, input: JSON.stringify({ id }) });
    for (let i = 0; i < 80; i++) {
      const output = JSON.stringify("x".repeat(i * 9));
      void store.recordStep({ ...done, runId: id, key: `step/${i}`, output, startedAt: i, endedAt: i + 1 });
      store.appendEvent({ runId: id, at: i, type: "log", step: `step/${i}`, data: `{"message":"${i}"}` });
    }
  }
  const large = JSON.stringify("y".repeat(300_000));
  await store.recordStep({ ...done, runId: "run_1", key: "large", output: large, startedAt: 1, endedAt: 2 });
  const ended = { endedAt: 100, reason: null };
  await store.endRun({ ...ended, id: "run_1", status: "completed", output: '"out"', error: null });
  await store.endRun({ ...ended, id: "run_2", status: "failed", output: null, error: '{"message":"bad"}' });
  await store.close();
  // As large as it has to be to be there.
  writeFileSync(`${file}.ballast`, "room");
}

/** As kill -9 leaves it: the last rows are only in the journal. */
async function makeUnclean(closed: string, file: string): Promise<void> {
  mkdirSync(join(file, ".."));
  const living = `${file}.living`;
  copyFileSync(closed, living);
  const connection = connectLibsql(living);
  await connection.executeMultiple("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;");
  for (let i = 0; i < 30; i++)
    await connection.execute(
      `INSERT INTO steps (run_id, key, attempt, kind, status, output, started_at, ended_at)
        VALUES ('run_3', ?, 1, 'task', 'completed', '1', 1, 2)`,
      [`journal/${i}`],
    );
  for (const suffix of STORE_FILES)
    if (existsSync(living + suffix)) copyFileSync(living + suffix, file + suffix);
  connection.close();
  writeFileSync(`${file}.lock`, "");
  writeFileSync(`${file}.ballast`, "room");
}
