import { existsSync, readFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { readCached } from "../../compile/cache.ts";
import type { Suppressed } from "../../compile/compilation.ts";
import type { Workspace } from "../../compile/find-workspace.ts";
import { readExamples } from "../../diagnostics/example.ts";
import type { Diagnostic } from "../../diagnostics/index.ts";
import { EXAMPLES } from "../../paths.ts";
import { toColors } from "../../support/colors.ts";
import { toReadable } from "../../support/duration.ts";
import { version } from "../../support/version.ts";
import type { Fixable } from "../fix/choose-fixes.ts";
import { folderInRepository } from "../folder-in-repository.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { workspaceOf } from "../load-workspace.ts";
import { readEnvironment } from "../read-environment.ts";
import { UsageError } from "../usage-error.ts";
import { warnLines, writeLine } from "../write-line.ts";

interface Options {
  readonly format: "pretty" | "json" | "github" | "sarif";
  readonly json?: boolean;
  /** False with `--no-types`. */
  readonly types: boolean;
  readonly strict?: boolean;
  readonly watch?: boolean;
  /** The environment whose variables are looked for. */
  readonly env?: string;
  readonly fix?: boolean;
  readonly dryRun?: boolean;
}

/** What is remembered of a workspace that was checked. */
export interface Checked {
  readonly diagnostics: readonly Diagnostic[];
  readonly suppressed: readonly Suppressed[];
  readonly files: number;
  readonly scores: number;
  /** Every file of the workspace that was looked at, from its root; some need not exist. */
  readonly read: readonly string[];
  /** What was not checked, in words. */
  readonly remark?: string;
  /** Errors of TypeScript's that are not there may only be hidden by others. */
  readonly isCutShort?: boolean;
}

/** `maestro validate`: everything that is wrong with the workspace. Exit 1 when there is an error. */
export async function run(io: Io, files: string[], options: Options): Promise<ExitCode> {
  const workspace = workspaceOf(io);
  const format = options.json ? "json" : options.format;
  const only = files.length === 0 ? undefined : files.map((file) => toFile(file, workspace, io));
  const isStrict = options.strict === true;
  // Asking twice is of no use where the answer is remembered.
  const entry =
    isStrict || only || options.env !== undefined
      ? undefined
      : options.types
        ? "findings"
        : "findings-no-types";
  const check = async (signal?: AbortSignal): Promise<Checked> => {
    const environment =
      options.env === undefined ? undefined : readEnvironment(workspace.root, options.env, io.env);
    const cached =
      entry === undefined ? undefined : (readCached(workspace, entry, version) as Checked | undefined);
    if (cached) return cached;
    const { types: hasTypes } = options;
    // Before what compiles is loaded; but tsc, when it is asked, takes longer than all of that.
    const begun = hasTypes
      ? undefined
      : (await import("../begin-check.ts")).beginCheck(workspace, { only, isStrict });
    const { checkWorkspace } = await import("../compiling.ts");
    return checkWorkspace(workspace, {
      begun,
      only,
      environment,
      hasTypes,
      isStrict,
      env: io.env,
      signal,
      entry,
    });
  };
  refuseContradictions(options, format);
  if (options.watch) return (await import("../compiling.ts")).watchWorkspace(io, workspace, check);
  const startedAt = performance.now();
  const { checked, fixed } = options.fix
    ? await (await import("../compiling.ts")).fixAndTell(io, workspace, { ...options, format, check })
    : { checked: await check() };
  const durationMs = performance.now() - startedAt;
  if (options.dryRun) warnLines(io, await toClosing(checked, { durationMs, color: io.hasColor }));
  else await print(checked, { format, durationMs, io, root: workspace.root, fixed });
  return checked.diagnostics.some(({ severity }) => severity === "error") ? EXIT.problems : EXIT.ok;
}

function refuseContradictions({ watch, fix, dryRun }: Options, format: Options["format"]): void {
  if (watch && fix) throw new UsageError("--watch only looks, and --fix writes.", "leave one of them out");
  if (dryRun && !fix) throw new UsageError("--dry-run shows what --fix would change.", "add --fix");
  if (format === "pretty" || !(watch || dryRun)) return;
  const word = watch ? "--watch" : "--dry-run";
  throw new UsageError(
    `${word} prints for people alone.`,
    watch ? "leave --format and --json out" : "leave it and --fix out: --json names the fix of each finding",
  );
}

function toFile(file: string, { root }: Workspace, io: Io): string {
  const path = resolve(io.cwd, file);
  const inside = relative(root, path).split(sep).join("/");
  if (!existsSync(path)) throw new UsageError(`There is no file ${file}.`);
  if (!/^(scores|agents|orchestras)\/[^/]+\.[mc]?[jt]s$/.test(inside)) {
    throw new UsageError(
      `${file} is neither in scores/, agents/ nor orchestras/ of this workspace.`,
      "without a name, maestro validate checks all of them",
    );
  }
  return inside;
}

interface Printing {
  readonly format: Options["format"];
  readonly durationMs: number;
  readonly io: Io;
  readonly root: string;
  /** What `--fix` has changed before. */
  readonly fixed?: readonly Fixable[] | undefined;
}

async function print(checked: Checked, { format, durationMs, io, root, fixed }: Printing): Promise<void> {
  const { diagnostics, suppressed, scores, remark } = checked;
  switch (format) {
    case "pretty": {
      for (const text of await toTexts(diagnostics, { root, io })) io.write(`${text}\n\n`);
      writeLine(io, await toClosing(checked, { durationMs, color: io.hasColor }));
      return;
    }
    case "json": {
      const { toJsonReport } = await import("../../diagnostics/print/json.ts");
      const options = { scores, durationMs: Math.round(durationMs), remark, fixed };
      io.write(`${JSON.stringify(toJsonReport(diagnostics, options), null, 2)}\n`);
      return;
    }
    case "github": {
      const { toGithubCommand, toGithubNotice } = await import("../../diagnostics/print/github.ts");
      const folder = folderInRepository(root, io.env);
      for (const one of diagnostics) io.write(`${toGithubCommand(one, folder)}\n`);
      if (remark !== undefined) io.write(`${toGithubNotice("maestro validate", remark)}\n`);
      return;
    }
    case "sarif": {
      const { toSarif } = await import("../../diagnostics/print/sarif.ts");
      const folder = folderInRepository(root, io.env);
      const options = { toolVersion: version, folder, examples: readExamples(EXAMPLES), suppressed };
      io.write(`${JSON.stringify(toSarif(diagnostics, options), null, 2)}\n`);
      return;
    }
    default:
      format satisfies never;
  }
}

/** Each finding as a person reads it. What prints them is loaded only when there is one. */
export async function toTexts(
  diagnostics: readonly Diagnostic[],
  { root, io }: { readonly root: string; readonly io: Io },
): Promise<string[]> {
  if (diagnostics.length === 0) return [];
  const { toPretty } = await import("../../diagnostics/print/pretty.ts");
  const source = (file: string) => read(root, file);
  const columns = io.isTerminal ? io.size().columns : undefined;
  return diagnostics.map((one) => toPretty(one, { source, color: io.hasColor, columns }));
}

/** The last line: how much was found in how much, what was left out, and how long it took. */
export async function toClosing(
  { diagnostics, suppressed, files, scores, remark }: Checked,
  { durationMs, color }: { readonly durationMs: number; readonly color: boolean },
): Promise<string> {
  const c = toColors(color);
  const found =
    diagnostics.length > 0
      ? (await import("../../diagnostics/print/pretty.ts")).toSummary(diagnostics, { files })
      : `${c.green("no problems")} in ${scores} ${scores === 1 ? "score" : "scores"}, ${files} files`;
  const fixable = diagnostics.filter(({ fix }) => fix).length;
  return [
    found,
    ...(suppressed.length === 0 ? [] : [`${suppressed.length} suppressed`]),
    ...(fixable === 0 ? [] : [`${fixable} fixable: maestro validate --fix`]),
    ...(remark === undefined ? [] : [remark]),
    toReadable(durationMs),
  ].join(" · ");
}

function read(root: string, file: string): string | undefined {
  try {
    return readFileSync(join(root, file), "utf8");
  } catch {
    return undefined;
  }
}
