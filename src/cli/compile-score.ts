import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ensureMaestroFolder, writeCached } from "../compile/cache.ts";
import {
  bundleScore,
  type Compilation,
  compileWorkspace,
  isBundle,
  type Workspace,
} from "../compile/index.ts";
import { type Diagnostic, MaestroError } from "../diagnostics/index.ts";
import { toPretty } from "../diagnostics/print/pretty.ts";
import { EVALUATE } from "../paths.ts";
import { type Plan, toDeploymentHash } from "../plan/index.ts";
import { nearest } from "../support/nearest.ts";
import { version } from "../support/version.ts";
import type { Io } from "./io.ts";
import { keepFile } from "./load-code.ts";
import { type ConfigEntry, type ScoreEntry, workspaceOf } from "./load-workspace.ts";

const CODE_FOLDER = ".maestro/cache/code";
/** Files that decide how sources are understood. */
export const SURROUNDINGS = ["maestro.config.ts", "package.json", "package-lock.json", "tsconfig.json"];

/** Compiles the score with this id and remembers it. See `loadScore`. */
export async function compileScore(io: Io, workspace: Workspace, id: string): Promise<ScoreEntry> {
  const { compilation, score } = await findScore(io, workspace, id);
  const { root } = workspace;
  const folder = join(root, CODE_FOLDER);
  const bundle = await bundleScore({ workspace, file: score.file, outDir: folder });
  if (!isBundle(bundle)) throw refuse(io, root, id, bundle.diagnostics);
  const hash = toDeploymentHash(score.plan, bundle.hashSource);
  ensureMaestroFolder(root);
  const codeFile = `${CODE_FOLDER}/${hash}.mjs`;
  keepFile(join(root, `${codeFile}.map`), bundle.sourceMap);
  keepFile(join(root, codeFile), bundle.code);
  const entry: ScoreEntry = { plan: score.plan, hash, codeFile, config: compilation.config?.store ?? {} };
  const inputs = [
    ...bundle.inputs,
    ...score.reached,
    ...compilation.configReached,
    ...SURROUNDINGS,
    codeFile,
  ];
  writeCached(workspace, `score-${id}`, entry, { inputs, folders: ["scores"], version });
  return entry;
}

/** Evaluates the configuration alone, and remembers it. */
export async function compileSettings(io: Io, workspace: Workspace): Promise<ConfigEntry> {
  const compilation = await compileWorkspace({ workspace, childEntry: EVALUATE, only: [] });
  const errors = errorsOf(compilation.diagnostics);
  if (errors.length > 0) throw refuse(io, workspace.root, "maestro.config.ts", errors);
  const entry: ConfigEntry = compilation.config?.store ?? {};
  ensureMaestroFolder(workspace.root);
  writeCached(workspace, "settings", entry, {
    inputs: [...compilation.configReached, ...SURROUNDINGS],
    folders: [],
    version,
  });
  return entry;
}

/** The plan of a score, for drawing it. */
export async function compileForGraph(io: Io, id: string): Promise<Plan> {
  const { score } = await findScore(io, workspaceOf(io), id);
  return score.plan;
}

/** Looks into the file of the score's name first, and into all of them when it is not there. */
async function findScore(io: Io, workspace: Workspace, id: string) {
  const { root } = workspace;
  const file = `scores/${id}.ts`;
  const isPlain = /^[\w-]+$/.test(id);
  if (isPlain && existsSync(join(root, file))) {
    const compilation = await compileWorkspace({ workspace, childEntry: EVALUATE, only: [file] });
    const errors = errorsOf(compilation.diagnostics);
    if (errors.length > 0) throw refuse(io, root, id, errors);
    const score = compilation.scores.find((one) => one.id === id);
    if (score) return { compilation, score };
  }
  const compilation = await compileWorkspace({ workspace, childEntry: EVALUATE });
  const score = compilation.scores.find((one) => one.id === id);
  if (!score) {
    const known = compilation.scores.map((one) => one.id);
    throw new MaestroError("MR2001", { score: id, known, guess: nearest(id, known) });
  }
  const errors = errorsOf(compilation.diagnostics).filter(
    ({ at }) => !at || isAbout(at.file, score, compilation),
  );
  if (errors.length > 0) throw refuse(io, root, id, errors);
  return { compilation, score };
}

function isAbout(
  file: string,
  score: Compilation["scores"][number],
  { configReached }: Compilation,
): boolean {
  return score.reached.includes(file) || configReached.includes(file);
}

function errorsOf(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter(({ severity }) => severity === "error");
}

/** Prints what is wrong; the error that is left to throw only counts it. */
function refuse(io: Io, root: string, score: string, errors: readonly Diagnostic[]): MaestroError {
  const source = (file: string) => {
    try {
      return readFileSync(join(root, file), "utf8");
    } catch {
      return undefined;
    }
  };
  for (const error of errors) io.warn(`${toPretty(error, { source, color: io.hasColor })}\n`);
  return new MaestroError("MR2006", { score, errors: errors.length });
}
