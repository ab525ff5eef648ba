import { MaestroError } from "../../diagnostics/index.ts";
import type { ShellNode } from "../../plan/index.ts";
import type { OutsideCall } from "../outside-call.ts";
import { Redactor } from "../redactor.ts";
import { lastLines } from "./last-lines.ts";
import { SHELL_LIMITS, type ShellLimits } from "./limits.ts";
import { runProgram } from "./run-program.ts";
import { toProgram } from "./to-program.ts";
import { workingFolder } from "./working-folder.ts";

/**
 * Runs the node's program and gives `{ exitCode, stdout, stderr }`, the exit code being 0.
 * @throws MaestroError MR3016, MR3017, MR3033; the signal's reason when that was set off, once nothing of it is left
 */
export async function playShell(
  node: ShellNode,
  call: OutsideCall,
  limits: ShellLimits = SHELL_LIMITS,
): Promise<unknown> {
  const redactor = new Redactor(call.secrets);
  const { signal } = call;
  try {
    signal.throwIfAborted();
    const program = toProgram(call, redactor);
    const { root } = call.settings;
    const { cwd: folder } = call.input as { readonly cwd?: unknown };
    const cwd = await workingFolder(folder, { root, isWritten: node.cwd?.is === "literal" });
    signal.throwIfAborted();
    const ended = await runProgram(program, { cwd, signal, limits });
    signal.throwIfAborted();
    const stdout = ended.stdout.toText(redactor);
    const stderr = ended.stderr.toText(redactor);
    const { exitCode } = ended;
    if (exitCode === 0) return { exitCode, stdout, stderr };
    throw new MaestroError("MR3016", {
      program: program.name,
      exitCode,
      signal: ended.signal,
      lastLines: lastLines(stderr.trim() === "" ? stdout : stderr),
    });
  } catch (error) {
    signal.throwIfAborted();
    throw redactor.error(error);
  }
}
