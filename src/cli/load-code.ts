import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import type { ScoreRecord } from "../define/define-score.ts";
import { toPlan } from "../define/to-plan.ts";
import { MaestroError } from "../diagnostics/index.ts";
import { type Playable, toPlayable } from "../engine/index.ts";
import type { Plan } from "../plan/index.ts";

/** A deployment as files and the store keep it. */
export interface KeptDeployment {
  readonly hash: string;
  /** The plan as it was written down. */
  readonly plan: string;
  /** Where its bundled code lies. */
  readonly codeFile: string;
}

/**
 * Loads a deployment's code into this process and makes it ready to be played.
 * @throws MaestroError MR2010 when its definitions do not give the plan they gave when they were compiled
 */
export async function loadCode({ hash, plan, codeFile }: KeptDeployment): Promise<Playable> {
  const { default: score } = (await import(pathToFileURL(codeFile).href)) as { default: ScoreRecord };
  const compiled = toPlan(score);
  if (JSON.stringify(compiled.plan) !== plan) {
    throw new MaestroError("MR2010", { score: (JSON.parse(plan) as Plan).score });
  }
  return toPlayable(hash, compiled.plan, compiled.code);
}

/** Writes `content` to `file` unless it is there: its name says what is in it. */
export function keepFile(file: string, content: string | Uint8Array): void {
  if (existsSync(file)) return;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.${process.pid}.tmp`, content, { mode: 0o600 });
  renameSync(`${file}.${process.pid}.tmp`, file);
}
