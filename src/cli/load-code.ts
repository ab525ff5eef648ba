import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { forgetCached } from "../compile/cache.ts";
import type { ScoreRecord } from "../define/define-score.ts";
import { toPlan } from "../define/to-plan.ts";
import { MaestroError } from "../diagnostics/index.ts";
import type { Playable } from "../engine/index.ts";
import { makePlayable } from "../operations/make-playable.ts";
import type { Plan } from "../plan/index.ts";
import type { Io } from "./io.ts";
import { type LoadedScore, loadScore } from "./load-workspace.ts";

/** A deployment as files and the store keep it. */
export interface KeptDeployment {
  readonly hash: string;
  /** The plan as it was written down. */
  readonly plan: string;
  /** Where its bundled code lies: `.maestro/cache/code/<hash>.mjs` of its workspace, absolute. */
  readonly codeFile: string;
}

/** Under this name bundled code finds the URL of its workspace's folder. See `compile/own-place.ts`. */
const ROOT = Symbol.for("maestro.root");

/**
 * Loads a deployment's code into this process and makes it ready to be played.
 * @throws MaestroError MR2010 when its definitions do not give the plan they gave when they were compiled, MR2015 when
 * they cannot be loaded
 */
export async function loadCode({ hash, plan, codeFile }: KeptDeployment): Promise<Playable> {
  const { score } = JSON.parse(plan) as Plan;
  const compiled = toPlan(await importScore(codeFile, score));
  if (JSON.stringify(compiled.plan) !== plan) throw new MaestroError("MR2010", { score });
  return makePlayable(compiled, () => hash);
}

/**
 * Loads the code of a score that `loadScore` gave. One that gives another plan may have been edited while it was
 * compiled: it is compiled once more before that is believed.
 * @throws MaestroError as `loadCode`, and as `loadScore`
 */
export async function loadPlayable(
  io: Io,
  { deployment, plan, settings }: LoadedScore,
  load = loadCode,
): Promise<{ readonly deployment: KeptDeployment; readonly playable: Playable }> {
  try {
    return { deployment, playable: await load(deployment) };
  } catch (error) {
    if (!(error instanceof MaestroError) || error.code !== "MR2010") throw error;
    forgetCached(settings, `score-${plan.score}`);
    const { deployment: renewed } = await loadScore(io, plan.score);
    return { deployment: renewed, playable: await load(renewed) };
  }
}

async function importScore(codeFile: string, score: string): Promise<ScoreRecord> {
  const root = join(dirname(codeFile), "../../..");
  Object.assign(globalThis, { [ROOT]: pathToFileURL(join(root, "/")).href });
  try {
    return ((await import(pathToFileURL(codeFile).href)) as { default: ScoreRecord }).default;
  } catch (error) {
    const { locateFailure } = await import("./locate-failure.ts");
    const stack = error instanceof Error ? String(error.stack) : "";
    throw new MaestroError(
      "MR2015",
      { score, ...toThrown(error), at: locateFailure(stack, root) },
      { cause: error },
    );
  }
}

function toThrown(error: unknown): { readonly name: string; readonly detail: string } {
  if (!(error instanceof Error)) return { name: "a value", detail: firstLine(String(error)) };
  // Node names the bundle as the importer, which its author never wrote.
  return { name: error.name, detail: firstLine(error.message).replace(/ imported from .*$/, "") };
}

function firstLine(text: string): string {
  return text.trim().split(/\r|\n/, 1)[0]!;
}

/**
 * Writes `content` to `file` unless it holds just that.
 * @throws MaestroError MR1011 when it cannot be written
 */
export function keepFile(file: string, content: string | Uint8Array): void {
  try {
    const bytes = Buffer.from(content);
    if (holds(file, bytes)) return;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.${process.pid}.tmp`, bytes, { mode: 0o600 });
    renameSync(`${file}.${process.pid}.tmp`, file);
  } catch (cause) {
    throw new MaestroError("MR1011", { folder: dirname(file), reason: reasonOf(cause) }, { cause });
  }
}

/** Its name says what is in it; a disk that was full, or an accident, may have left something else. */
function holds(file: string, bytes: Buffer): boolean {
  try {
    return readFileSync(file).equals(bytes);
  } catch {
    return false;
  }
}

function reasonOf(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  switch (code) {
    case "EACCES":
    case "EPERM":
      return "permission denied";
    case "EROFS":
      return "the disk is read-only";
    case "ENOSPC":
    case "EDQUOT":
      return "the disk is full";
    case "ENOTDIR":
    case "EEXIST":
      return "a file stands where a folder has to be";
    // Of a folder on a read-only disk, too.
    case "ENOENT":
      return "the folder cannot be made";
    default:
      return message;
  }
}
