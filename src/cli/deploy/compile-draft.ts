import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  bundleScore,
  type Compilation,
  type CompiledScore,
  compileWorkspace,
  isBundle,
  type Workspace,
} from "../../compile/index.ts";
import { type Diagnostic, MaestroError } from "../../diagnostics/index.ts";
import { toPretty } from "../../diagnostics/print/pretty.ts";
import type { DeployDraft, DraftDeployment } from "../../operations/deploy-draft.ts";
import { EVALUATE } from "../../paths.ts";
import { toDeploymentHash } from "../../plan/index.ts";
import type { Io } from "../io.ts";
import { keepFile } from "../load-code.ts";

const CODE_FOLDER = ".maestro/cache/code";

export interface CompiledDraft {
  readonly draft: DeployDraft;
  readonly compilation: Compilation;
}

/**
 * What the files of the workspace want to be deployed.
 * @throws MaestroError MR2062 when there are errors in it, which have been printed
 */
export async function compileDraft(io: Io, workspace: Workspace): Promise<CompiledDraft> {
  const compilation = await compileWorkspace({ workspace, childEntry: EVALUATE });
  refuseErrors(io, workspace, compilation.diagnostics);
  const played = new Set(compilation.orchestras.map(({ score }) => score));
  const deployments = new Map<string, DraftDeployment>();
  for (const score of compilation.scores) {
    if (!played.has(score.id)) continue;
    const bundle = await bundleScore({
      workspace,
      file: score.file,
      outDir: join(workspace.root, CODE_FOLDER),
    });
    if (!isBundle(bundle)) throw refuse(io, workspace, bundle.diagnostics);
    deployments.set(score.id, keep(workspace, score, bundle));
  }
  const orchestras = compilation.orchestras.map(({ plan, score, file }) => ({
    plan: plan!,
    deployment: deployments.get(score!)!.hash,
    file,
  }));
  return { draft: { orchestras, deployments: [...deployments.values()] }, compilation };
}

type Bundle = Extract<Awaited<ReturnType<typeof bundleScore>>, { readonly code: unknown }>;

function keep({ root }: Workspace, score: CompiledScore, bundle: Bundle): DraftDeployment {
  const hash = toDeploymentHash(score.plan, bundle.hashSource);
  const codeFile = join(root, CODE_FOLDER, `${hash}.mjs`);
  keepFile(`${codeFile}.map`, bundle.sourceMap);
  keepFile(codeFile, bundle.code);
  return { hash, score: score.id, plan: JSON.stringify(score.plan), codeFile };
}

function refuseErrors(io: Io, workspace: Workspace, diagnostics: readonly Diagnostic[]): void {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw refuse(io, workspace, errors);
}

/** Prints what stands against it. */
export function refuse(io: Io, { root }: Workspace, errors: readonly Diagnostic[]): MaestroError {
  const source = (file: string) => {
    try {
      return readFileSync(join(root, file), "utf8");
    } catch {
      return undefined;
    }
  };
  const columns = io.isTerminal ? io.size().columns : undefined;
  for (const error of errors) io.warn(`${toPretty(error, { source, color: io.hasColor, columns })}\n`);
  return new MaestroError("MR2062", { errors: errors.length });
}
