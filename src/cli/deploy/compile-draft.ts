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
import type { DeployDraft, DraftDeployment } from "../../operations/deploy-draft.ts";
import { EVALUATE } from "../../paths.ts";
import { playedAgents, toDeploymentHash } from "../../plan/index.ts";
import type { Io } from "../io.ts";
import { keepFile } from "../load-code.ts";
import { warnLines } from "../write-line.ts";
import { findingText } from "./finding-text.ts";

/** Where bundled code lies in a workspace, by its deployment's hash. */
export const CODE_FOLDER = ".maestro/cache/code";

/** So many scores are bundled at once. */
const AT_ONCE = 8;

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
  const scores = compilation.scores.filter(({ id }) => played.has(id));
  const plans = new Map(compilation.scores.map(({ id, plan }) => [id, plan]));
  const deployments = new Map<string, DraftDeployment>();
  for (let i = 0; i < scores.length; i += AT_ONCE) {
    const some = scores.slice(i, i + AT_ONCE);
    const outDir = join(workspace.root, CODE_FOLDER);
    const bundles = await Promise.all(some.map(({ file }) => bundleScore({ workspace, file, outDir })));
    for (const [j, bundle] of bundles.entries()) {
      if (!isBundle(bundle)) throw refuse(io, workspace, bundle.diagnostics);
      const score = some[j]!;
      const agents = playedAgents(score.plan, (id) => plans.get(id));
      deployments.set(score.id, { ...keep(workspace, score, bundle), agents });
    }
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
function refuse(io: Io, { root }: Workspace, errors: readonly Diagnostic[]): MaestroError {
  for (const error of errors) warnLines(io, `${findingText(io, root)(error)}\n`);
  return new MaestroError("MR2062", { errors: errors.length });
}
