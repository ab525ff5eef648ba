import { compileWorkspace } from "../compile/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
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
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  return {
    scores: scores.length,
    orchestras: orchestras.length,
    errors: errors.length,
    ...(errors[0] ? { first: inWords(errors[0]) } : {}),
    variables: [...new Set(named.filter((name) => name !== null))].sort(),
  };
}

/** `scores/broken.ts:1:1 MS1002 It exports no score`: without the full stop, because it stands within a sentence. */
function inWords({ at, code, message }: Diagnostic): string {
  const [sentence = ""] = message.split("\n", 1);
  return `${at ? `${at.file}:${at.line}:${at.column} ` : ""}${code} ${sentence.replace(/\.$/, "")}`;
}
