import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { openStore } from "../../src/store/open-store.ts";
import { bundlePlayer } from "../bundle-player.ts";

const PLAYER = await bundlePlayer(fileURLToPath(new URL("shape-player.ts", import.meta.url)));
const MIGRATIONS = fileURLToPath(new URL("../../migrations", import.meta.url));

/** So many effects of each shape can be under way at one kill. */
export const SHAPES: Readonly<Record<string, number>> = {
  chain: 1,
  diamond: 3,
  "wide map": 4,
  "nested map": 4,
  loop: 1,
  wait: 1,
  checkpoint: 1,
  "sub-score": 1,
  retries: 1,
  "retry never": 2,
  "branches and gaps": 2,
  "http and shell": 1,
};

interface Effect {
  readonly key: string;
  readonly attempt: number;
}

/** The world outside of the store: it writes down what is done to it, by whom, and answers. */
export class CrashHall {
  readonly #root = mkdtempSync(join(tmpdir(), "maestro-shapes-"));
  readonly #effects = new Map<string, Effect[]>();
  readonly #server: Server;
  #next = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(): Promise<CrashHall> {
    const server = createServer();
    const hall = new CrashHall(server);
    server.on("request", async (request, response) => {
      const { method, url = "", headers } = request;
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const effects = hall.#effects.get(url) ?? [];
      hall.#effects.set(url, effects);
      response.setHeader("content-type", "application/json");
      if (method === "GET") return response.end(JSON.stringify(effects));
      const body = JSON.parse(Buffer.concat(chunks).toString());
      const key = headers["idempotency-key"];
      effects.push(key === undefined ? body : { key: String(key), attempt: 0 });
      response.end('{"n":7}');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const template = await openStore({
      file: join(hall.#root, "m.db"),
      durability: "process",
      migrations: MIGRATIONS,
    });
    await template.close();
    return hall;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
    rmSync(this.#root, { recursive: true, force: true });
  }

  /** A store of its own for one run. */
  newPlace(): Place {
    const folder = mkdtempSync(join(this.#root, "run-"));
    copyFileSync(join(this.#root, "m.db"), join(folder, "m.db"));
    // So that it is not laid anew in each.
    writeFileSync(join(folder, "m.db.ballast"), "room");
    const path = `/${this.#next++}`;
    const { port } = this.#server.address() as AddressInfo;
    return { folder, path, url: `http://127.0.0.1:${port}${path}` };
  }

  /** How often each thing was done: by step, and by the key that the world tells doubles by. */
  effectsAt({ folder, path }: Place): { byStep: Map<string, number>; keys: Set<string> } {
    const effects = this.#effects.get(path) ?? [];
    const programs = join(folder, "programs");
    const ran = existsSync(programs) ? readFileSync(programs, "utf8").split("\n").filter(Boolean) : [];
    const byStep = new Map<string, number>();
    const count = (step: string) => byStep.set(step, (byStep.get(step) ?? 0) + 1);
    for (const { key } of effects) count(key.slice(key.indexOf("/") + 1));
    for (const line of ran) count(line === "shell" ? "ran" : line);
    return { byStep, keys: new Set(effects.map(({ key }) => key)) };
  }
}

export interface Place {
  readonly folder: string;
  readonly path: string;
  readonly url: string;
}

/** Plays a shape in a process; how many writes that took, or `undefined` when it was killed. */
export function playShape(
  { folder, url }: Place,
  shape: string,
  { how, kill, killAfterMs }: { how: "start" | "resume"; kill: string; killAfterMs?: number },
): Promise<number | undefined> {
  const args = ["--no-warnings", PLAYER, folder, url, shape, how, kill];
  const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "maestro-shape-player") };
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], env });
  let [out, err] = ["", ""];
  child.stdout.on("data", (text) => (out += text));
  child.stderr.on("data", (text) => (err += text));
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (signal === "SIGKILL") resolve(undefined);
      else if (code !== 0) reject(new Error(`${shape} ${how} ${kill} ended with ${code}: ${err}`));
      else resolve((JSON.parse(out) as { writes: number }).writes);
    });
  });
}

/** What the store holds, read as its next owner would. */
async function look({ folder }: Place) {
  const store = await openStore({
    file: join(folder, "m.db"),
    durability: "process",
    migrations: MIGRATIONS,
  });
  const runs = await store.listRuns({ limit: 100 });
  const outer = runs.find(({ parent }) => parent === null);
  const run = outer && (await store.run(outer.id));
  const stored: string[] = [];
  for (const { id } of runs)
    for (const { key, status, kind } of await store.stepsOf(id))
      if (status === "completed" && ["task", "http", "shell"].includes(kind)) stored.push(key);
  await store.close();
  return { runs, run, stored };
}

export interface Straight {
  readonly writes: number;
  readonly output: string | null;
  readonly byStep: ReadonlyMap<string, number>;
}

/** A run of the shape that nothing happens to. */
export async function playStraight(hall: CrashHall, shape: string): Promise<Straight> {
  const place = hall.newPlace();
  const writes = (await playShape(place, shape, { how: "start", kill: "never" }))!;
  const { run } = await look(place);
  expect(run?.status, shape).toBe("completed");
  return { writes, output: run!.output, byStep: hall.effectsAt(place).byStep };
}

/** Kills a run as `kill` says, resumes it until it ends, and holds what came of it against one that nothing happened to. */
export async function killShape(
  hall: CrashHall,
  shape: string,
  { kill, killAfterMs, straight }: { kill: string; killAfterMs?: number; straight: Straight },
): Promise<{ killed: boolean; acknowledged: boolean; repeated: number }> {
  const what = `${shape}, ${kill}${killAfterMs === undefined ? "" : ` after ${killAfterMs} ms`}`;
  const place = hall.newPlace();
  const options = { how: "start", kill, ...(killAfterMs === undefined ? {} : { killAfterMs }) } as const;
  const killed = (await playShape(place, shape, options)) === undefined;
  const acknowledged = existsSync(join(place.folder, "acknowledged"));
  const before = await look(place);
  const effectsBefore = hall.effectsAt(place);
  if (acknowledged) expect(before.run, `${what}: an acknowledged run was lost`).toBeDefined();
  if (before.run) await playShape(place, shape, { how: "resume", kill: "never" });

  const after = await look(place);
  const effects = hall.effectsAt(place);
  rmSync(place.folder, { recursive: true, force: true });
  if (!before.run) return { killed, acknowledged, repeated: 0 };
  expect(after.run?.status, what).toBe("completed");
  expect(after.run?.output, what).toBe(straight.output);
  for (const key of before.stored)
    expect(effects.byStep.get(key), `${what}: ${key} was stored and ran again`).toBe(
      effectsBefore.byStep.get(key),
    );
  expect([...effects.byStep.keys()].sort(), what).toEqual([...straight.byStep.keys()].sort());
  // One key for each step, however often it was tried: the world can tell doubles by it.
  const named = [...effects.byStep.keys()].filter((step) => step !== "ran").length;
  expect(effects.keys.size, `${what}: another key for the same step`).toBe(named);
  let repeated = 0;
  for (const [step, count] of effects.byStep) repeated += count - straight.byStep.get(step)!;
  expect(repeated, `${what}: more than was under way`).toBeLessThanOrEqual(SHAPES[shape]!);
  if (shape === "retry never")
    for (const step of ["pay", "again"]) expect(effects.byStep.get(step), `${what}: ${step}`).toBe(1);
  return { killed, acknowledged, repeated };
}
