import { existsSync, readFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { readCached } from "../../compile/cache.ts";
import type { Workspace } from "../../compile/find-workspace.ts";
import { readExamples } from "../../diagnostics/example.ts";
import type { Diagnostic } from "../../diagnostics/index.ts";
import { EXAMPLES } from "../../paths.ts";
import { toColors } from "../../support/colors.ts";
import { toReadable } from "../../support/duration.ts";
import { version } from "../../support/version.ts";
import { folderInRepository } from "../folder-in-repository.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { workspaceOf } from "../load-workspace.ts";
import { readEnvironment } from "../read-environment.ts";
import { UsageError } from "../usage-error.ts";

interface Options {
  readonly format: "pretty" | "json" | "github" | "sarif";
  readonly json?: boolean;
  /** False with `--no-types`. */
  readonly types: boolean;
  readonly strict?: boolean;
  readonly watch?: boolean;
  /** The environment whose variables are looked for. */
  readonly env?: string;
}

/** What is remembered of a workspace that was checked. */
export interface Checked {
  readonly diagnostics: readonly Diagnostic[];
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
    const { checkWorkspace } = await import("../check-workspace.ts");
    return checkWorkspace(workspace, {
      only,
      environment,
      hasTypes: options.types,
      isStrict,
      env: io.env,
      signal,
      entry,
    });
  };
  if (options.watch) {
    if (format !== "pretty")
      throw new UsageError("--watch prints for people alone.", "leave --format and --json out");
    return (await import("../watch-workspace.ts")).watchWorkspace(io, workspace, check);
  }
  const startedAt = performance.now();
  const checked = await check();
  await print(checked, { format, durationMs: performance.now() - startedAt, io, root: workspace.root });
  return checked.diagnostics.some(({ severity }) => severity === "error") ? EXIT.problems : EXIT.ok;
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
}

async function print(checked: Checked, { format, durationMs, io, root }: Printing): Promise<void> {
  const { diagnostics, scores, remark } = checked;
  switch (format) {
    case "pretty": {
      for (const text of await toTexts(diagnostics, { root, io })) io.write(`${text}\n\n`);
      io.write(`${await toClosing(checked, { durationMs, color: io.hasColor })}\n`);
      return;
    }
    case "json": {
      const { toJsonReport } = await import("../../diagnostics/print/json.ts");
      const report = toJsonReport(diagnostics, { scores, durationMs: Math.round(durationMs), remark });
      io.write(`${JSON.stringify(report, null, 2)}\n`);
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
      const log = toSarif(diagnostics, { toolVersion: version, folder, examples: readExamples(EXAMPLES) });
      io.write(`${JSON.stringify(log, null, 2)}\n`);
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
  { diagnostics, files, scores, remark }: Checked,
  { durationMs, color }: { readonly durationMs: number; readonly color: boolean },
): Promise<string> {
  const c = toColors(color);
  const found =
    diagnostics.length > 0
      ? (await import("../../diagnostics/print/pretty.ts")).toSummary(diagnostics, { files })
      : `${c.green("no problems")} in ${scores} ${scores === 1 ? "score" : "scores"}, ${files} files`;
  return [found, ...(remark === undefined ? [] : [remark]), toReadable(durationMs)].join(" · ");
}

function read(root: string, file: string): string | undefined {
  try {
    return readFileSync(join(root, file), "utf8");
  } catch {
    return undefined;
  }
}
