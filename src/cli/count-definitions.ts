import { compileWorkspace } from "../compile/index.ts";
import { EVALUATE } from "../paths.ts";
import type { Compiled } from "./commands/doctor.ts";
import type { Io } from "./io.ts";
import { workspaceOf } from "./load-workspace.ts";

/** Compiles the whole workspace, without TypeScript's own errors: what is in it, and how many of its findings are errors. */
export async function countDefinitions(io: Io): Promise<Compiled> {
  const workspace = workspaceOf(io);
  const { scores, orchestras, config, diagnostics } = await compileWorkspace({
    workspace,
    childEntry: EVALUATE,
  });
  const named = [
    ...Object.values(config?.apiKeys ?? {}),
    ...orchestras.flatMap((one) => Object.values(one.secrets)),
  ];
  return {
    scores: scores.length,
    orchestras: orchestras.length,
    errors: diagnostics.filter(({ severity }) => severity === "error").length,
    variables: [...new Set(named.filter((name) => name !== null))].sort(),
  };
}
