import { existsSync, readFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { readCached } from "../../compile/cache.ts";
import type { Workspace } from "../../compile/find-workspace.ts";
import type { Diagnostic } from "../../diagnostics/index.ts";
import { toColors } from "../../support/colors.ts";
import { toReadable } from "../../support/duration.ts";
import { version } from "../../support/version.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { workspaceOf } from "../load-workspace.ts";
import { UsageError } from "../usage-error.ts";

interface Options {
  readonly format: "pretty" | "json" | "github" | "sarif";
  readonly json?: boolean;
}

/** What is remembered of a workspace that was checked. */
export interface Checked {
  readonly diagnostics: readonly Diagnostic[];
  readonly files: number;
  readonly scores: number;
}

/** `maestro validate`: everything that is wrong with the workspace. Exit 1 when there is an error. */
export async function run(io: Io, files: string[], options: Options): Promise<ExitCode> {
  const startedAt = performance.now();
  const workspace = workspaceOf(io);
  const only = files.length === 0 ? undefined : files.map((file) => toFile(file, workspace, io));
  const cached = only ? undefined : (readCached(workspace, "validate", version) as Checked | undefined);
  const checked = cached ?? (await (await import("../check-workspace.ts")).checkWorkspace(workspace, only));
  const durationMs = performance.now() - startedAt;
  await print(checked, {
    format: options.json ? "json" : options.format,
    durationMs,
    io,
    root: workspace.root,
  });
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

async function print(
  { diagnostics, files, scores }: Checked,
  { format, durationMs, io, root }: Printing,
): Promise<void> {
  switch (format) {
    case "pretty": {
      const c = toColors(io.hasColor);
      if (diagnostics.length > 0) {
        const { toPretty, toSummary } = await import("../../diagnostics/print/pretty.ts");
        for (const one of diagnostics)
          io.write(`${toPretty(one, { source: (file) => read(root, file), color: io.hasColor })}\n\n`);
        io.write(`${toSummary(diagnostics, { files })} · ${toReadable(durationMs)}\n`);
      } else
        io.write(
          `${c.green("no problems")} in ${scores} ${scores === 1 ? "score" : "scores"}, ${files} files · ${toReadable(durationMs)}\n`,
        );
      return;
    }
    case "json": {
      const { toJsonReport } = await import("../../diagnostics/print/json.ts");
      io.write(
        `${JSON.stringify(toJsonReport(diagnostics, { scores, durationMs: Math.round(durationMs) }), null, 2)}\n`,
      );
      return;
    }
    case "github": {
      const { toGithubCommand } = await import("../../diagnostics/print/github.ts");
      for (const one of diagnostics) io.write(`${toGithubCommand(one)}\n`);
      return;
    }
    case "sarif": {
      const { toSarif } = await import("../../diagnostics/print/sarif.ts");
      io.write(`${JSON.stringify(toSarif(diagnostics, { toolVersion: version }), null, 2)}\n`);
      return;
    }
    default:
      format satisfies never;
  }
}

function read(root: string, file: string): string | undefined {
  try {
    return readFileSync(join(root, file), "utf8");
  } catch {
    return undefined;
  }
}
