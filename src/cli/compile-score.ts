import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { diskTime, writeCached } from "../compile/cache.ts";
import { errorsAbout } from "../compile/errors-about.ts";
import {
  bundleScore,
  type Compilation,
  compileWorkspace,
  isBundle,
  listFiles,
  type Workspace,
} from "../compile/index.ts";
import { tsconfigsOf } from "../compile/tsconfig-paths.ts";
import { type Diagnostic, MaestroError } from "../diagnostics/index.ts";
import { toPretty } from "../diagnostics/print/pretty.ts";
import { EVALUATE } from "../paths.ts";
import { type Plan, toDeploymentHash, toHash } from "../plan/index.ts";
import { nearest } from "../support/nearest.ts";
import { version } from "../support/version.ts";
import type { Io } from "./io.ts";
import { keepFile } from "./load-code.ts";
import { type ConfigEntry, type ScoreEntry, workspaceOf } from "./load-workspace.ts";
import { warnLines } from "./write-line.ts";

const CODE_FOLDER = ".maestro/cache/code";
/** Files that decide how sources are understood. */
const SURROUNDINGS = [
  "maestro.config.ts",
  "maestro.config.mts",
  "maestro.config.js",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];

/** `SURROUNDINGS`, and what the tsconfig extends. */
export function surroundingsOf(root: string): string[] {
  return [...SURROUNDINGS, ...tsconfigsOf(root)];
}

/** Compiles the score with this id and remembers it. See `loadScore`. */
export async function compileScore(io: Io, workspace: Workspace, id: string): Promise<ScoreEntry> {
  const startedAt = diskTime(workspace);
  const { compilation, score } = await findScore(io, workspace, id);
  const { root } = workspace;
  const folder = join(root, CODE_FOLDER);
  const bundle = await bundleScore({ workspace, file: score.file, outDir: folder });
  if (!isBundle(bundle)) throw refuse(io, root, id, bundle.diagnostics);
  const hash = toDeploymentHash(score.plan, bundle.hashSource);
  const codeFile = `${CODE_FOLDER}/${hash}.mjs`;
  keepFile(join(root, `${codeFile}.map`), bundle.sourceMap);
  keepFile(join(root, codeFile), bundle.code);
  const policies = await keepPolicies(io, workspace, compilation);
  const config = toConfigEntry(compilation, policies?.codeFile);
  const entry: ScoreEntry = { plan: score.plan, hash, codeFile, config };
  const inputs = [
    ...bundle.inputs,
    ...(policies?.inputs ?? []),
    ...score.reached,
    ...compilation.configReached,
    ...surroundingsOf(root),
    codeFile,
  ];
  const written = [codeFile, ...(policies ? [policies.codeFile] : [])];
  const basis = { inputs, folders: ["scores"], version, startedAt, written };
  writeCached(workspace, `score-${id}`, entry, basis);
  return entry;
}

/** Evaluates the configuration alone, and remembers it. */
export async function compileSettings(io: Io, workspace: Workspace): Promise<ConfigEntry> {
  const startedAt = diskTime(workspace);
  const compilation = await compileWorkspace({ workspace, childEntry: EVALUATE, only: [] });
  const errors = errorsOf(compilation.diagnostics);
  if (errors.length > 0) throw refuseConfiguration(io, workspace.root, errors);
  // Taken away while it was looked for: what is not there says nothing, also not that everything is as it is by default.
  if (!compilation.config) throw new MaestroError("MR2076", { root: workspace.root });
  const policies = await keepPolicies(io, workspace, compilation);
  const entry = toConfigEntry(compilation, policies?.codeFile);
  const own = policies?.inputs ?? [];
  const inputs = [...compilation.configReached, ...own, ...surroundingsOf(workspace.root)];
  const written = policies ? [policies.codeFile] : [];
  writeCached(workspace, "settings", entry, { inputs, folders: [], version, startedAt, written });
  return entry;
}

/** Bundles the configuration when it has routing policies of its own: they are functions. */
async function keepPolicies(
  io: Io,
  workspace: Workspace,
  { config }: Compilation,
): Promise<{ readonly codeFile: string; readonly inputs: readonly string[] } | undefined> {
  if (!config || config.routing.own.length === 0) return undefined;
  const { root } = workspace;
  const bundle = await bundleScore({ workspace, file: config.file, outDir: join(root, CODE_FOLDER) });
  if (!isBundle(bundle)) throw refuseConfiguration(io, root, bundle.diagnostics);
  const codeFile = `${CODE_FOLDER}/${toHash(bundle.code)}.mjs`;
  keepFile(join(root, codeFile), bundle.code);
  return { codeFile, inputs: [...bundle.inputs, codeFile] };
}

/** Of the configuration what commands go by. */
function toConfigEntry({ config }: Compilation, policyFile: string | undefined): ConfigEntry {
  if (!config) return {};
  const {
    store,
    allowHosts,
    allowPrivate,
    apiKeys,
    models,
    production,
    prices,
    mcp,
    telemetry,
    routing: { policy },
    perDayMicroUsd,
    resources,
    tagLimits: tags,
    players,
    orchestrator,
    retention,
  } = config;
  const providers = Object.fromEntries(
    Object.entries(config.providers).map(([name, { models: _names, ...provider }]) => {
      const apiKey = apiKeys[name];
      return [name, { ...provider, ...(apiKey ? { apiKey } : {}) }];
    }),
  );
  return {
    ...store,
    ...(Object.keys(providers).length > 0 ? { providers } : {}),
    ...(Object.keys(models).length > 0 ? { models } : {}),
    ...(production ? { production } : {}),
    ...(Object.keys(prices).length > 0 ? { prices } : {}),
    ...(Object.keys(mcp).length > 0 ? { mcp } : {}),
    ...(telemetry ? { telemetry } : {}),
    ...(policy === undefined && policyFile === undefined
      ? {}
      : {
          routing: {
            ...(policy === undefined ? {} : { policy }),
            ...(policyFile === undefined ? {} : { codeFile: policyFile }),
          },
        }),
    ...(perDayMicroUsd === undefined ? {} : { budget: { perDayMicroUsd } }),
    ...(allowHosts.length > 0 ? { allowHosts } : {}),
    ...(allowPrivate ? { allowPrivate } : {}),
    ...(Object.keys(resources).length + Object.keys(tags).length > 0 ? { limits: { resources, tags } } : {}),
    ...(Object.keys(players).length > 0 ? { players } : {}),
    ...(Object.keys(orchestrator).length > 0 ? { orchestrator } : {}),
    ...(Object.keys(retention).length > 0 ? { retention } : {}),
  };
}

/** The plan of a score, for drawing it. */
export async function compileForGraph(io: Io, id: string): Promise<Plan> {
  const { score } = await findScore(io, workspaceOf(io), id);
  return score.plan;
}

/** The plan of a score, and those of every score that it may play, by id. */
export async function compileForForecast(
  io: Io,
  id: string,
): Promise<{ readonly plan: Plan; readonly plans: ReadonlyMap<string, Plan> }> {
  const workspace = workspaceOf(io);
  const { score } = await findScore(io, workspace, id);
  const { scores } = await compileWorkspace({ workspace, childEntry: EVALUATE });
  return { plan: score.plan, plans: new Map(scores.map((one) => [one.id, one.plan])) };
}

/**
 * Looks into the file of the score's name first, and into all of them when it is not there, or when another one may
 * define a score of this name as well.
 */
async function findScore(io: Io, workspace: Workspace, id: string) {
  const { root } = workspace;
  const file = `scores/${id}.ts`;
  const isPlain = /^[\w-]+$/.test(id);
  if (isPlain && existsSync(join(root, file)) && !isNamedBeside(file, workspace, id)) {
    const compilation = await compileWorkspace({ workspace, childEntry: EVALUATE, only: [file] });
    const errors = errorsOf(compilation.diagnostics);
    if (errors.length > 0) throw refuse(io, root, id, errors);
    const score = compilation.scores.find((one) => one.id === id);
    if (score) return { compilation, score };
  }
  const compilation = await compileWorkspace({ workspace, childEntry: EVALUATE });
  const score = compilation.scores.find((one) => one.id === id);
  if (!score) throw notFound(io, workspace, id, compilation);
  const errors = errorsAbout(score, compilation);
  if (errors.length > 0) throw refuse(io, root, id, errors);
  return { compilation, score };
}

/** A score that is in no plan may be in a file that could not be loaded: then what is wrong with that is the answer. */
function notFound(io: Io, workspace: Workspace, id: string, compilation: Compilation): MaestroError {
  const { scores, diagnostics } = compilation;
  const known = scores.map((one) => one.id);
  const guess = nearest(id, known);
  const sound = new Set(scores.flatMap(({ reached }) => reached));
  const { files } = listFiles(workspace);
  const others = new Set(files.filter(({ kind }) => kind !== "score").map(({ file }) => file));
  const errors = errorsOf(diagnostics).filter(({ at }) => at && !sound.has(at.file) && !others.has(at.file));
  const silent = files.filter(({ file, kind }) => kind === "score" && !sound.has(file));
  const isThere = silent.some(({ file }) => names(workspace, file, id));
  if (errors.length > 0 && (isThere || guess === undefined)) return refuse(io, workspace.root, id, errors);
  return new MaestroError("MR2001", { score: id, known, guess });
}

/** May a file of scores besides `file` define `id`? */
function isNamedBeside(file: string, workspace: Workspace, id: string): boolean {
  return listFiles(workspace).files.some(
    (other) => other.kind === "score" && other.file !== file && names(workspace, other.file, id),
  );
}

/** Does `id` stand in the file's text, in quotes? */
function names({ root }: Workspace, file: string, id: string): boolean {
  const text = readSource(root, file) ?? "";
  return ['"', "'", "`"].some((quote) => text.includes(quote + id + quote));
}

function errorsOf(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter(({ severity }) => severity === "error");
}

/** Prints what is wrong; the error that is left to throw only counts it. */
function refuse(io: Io, root: string, score: string, errors: readonly Diagnostic[]): MaestroError {
  print(io, root, errors);
  return new MaestroError("MR2006", { score, errors: errors.length });
}

function refuseConfiguration(io: Io, root: string, errors: readonly Diagnostic[]): MaestroError {
  print(io, root, errors);
  return new MaestroError("MR2075", { errors: errors.length });
}

function print(io: Io, root: string, errors: readonly Diagnostic[]): void {
  const source = (file: string) => readSource(root, file);
  const columns = io.isTerminal ? io.size().columns : undefined;
  for (const error of errors) warnLines(io, `${toPretty(error, { source, color: io.hasColor, columns })}\n`);
}

function readSource(root: string, file: string): string | undefined {
  try {
    return readFileSync(join(root, file), "utf8");
  } catch {
    return undefined;
  }
}
