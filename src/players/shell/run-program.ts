import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { MaestroError } from "../../diagnostics/index.ts";
import { baseEnvironment } from "./base-environment.ts";
import { bindGroup, endGroup } from "./end-group.ts";
import { KeptOutput } from "./kept-output.ts";
import type { ShellLimits } from "./limits.ts";
import type { Program } from "./to-program.ts";

/** How a program is run. */
interface Running {
  /** An absolute path. */
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly limits: ShellLimits;
}

/** How a program ended: with an exit code, or by a signal. */
interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: KeptOutput;
  readonly stderr: KeptOutput;
}

/**
 * Runs a program to its end in a process group of its own. Nothing of the group is left when this resolves: what the
 * program started and left behind is ended, and all of it when the signal is set off.
 * @throws MaestroError MR3017, MR3033 when it cannot be started
 */
export async function runProgram(program: Program, { cwd, signal, limits }: Running): Promise<Ended> {
  const child = start(program, cwd);
  const unbind = child.pid === undefined ? undefined : bindGroup(child.pid);
  const stdout = new KeptOutput(limits.keptBytes);
  const stderr = new KeptOutput(limits.keptBytes);
  child.stdout.on("data", (chunk: Buffer) => stdout.add(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.add(chunk));
  // A program may end without having read what it is given.
  child.stdin.on("error", () => undefined);
  child.stdin.end(program.stdin);
  const exited = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = abortOf(signal);
  try {
    await Promise.race([exited, stop.aborted]);
    if (!signal.aborted)
      await Promise.race([closed, stop.aborted, pause(limits.lingerMs, undefined, QUIETLY)]);
  } catch (error) {
    throw notStarted(error, program);
  } finally {
    stop.forget();
    if (child.pid !== undefined) {
      await endGroup(child.pid, graceOf(signal) ?? limits.graceMs);
      unbind?.();
      await Promise.race([closed, pause(limits.lingerMs, undefined, QUIETLY)]);
    }
    // Who left the group can keep a stream open for ever.
    child.stdout.destroy();
    child.stderr.destroy();
  }
  const [exitCode, endedBy] = await exited;
  await closed;
  return { exitCode, signal: endedBy, stdout, stderr };
}

function start(program: Program, cwd: string): ChildProcessWithoutNullStreams {
  try {
    return spawn(program.file, program.args, {
      cwd,
      env: { ...baseEnvironment(), ...program.env },
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
      windowsHide: true,
    });
  } catch (error) {
    throw notStarted(error, program);
  }
}

/** Whoever sets off the signal may say how long the program has to end by itself. */
function graceOf({ reason }: AbortSignal): number | undefined {
  const { graceMs } = Object(reason) as { readonly graceMs?: unknown };
  return typeof graceMs === "number" ? graceMs : undefined;
}

function abortOf(signal: AbortSignal): { readonly aborted: Promise<void>; readonly forget: () => void } {
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const abort = () => resolve();
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  return { aborted, forget: () => signal.removeEventListener("abort", abort) };
}

/** A pause that keeps no process alive. */
const QUIETLY = { ref: false };

function notStarted(error: unknown, { name, file }: Program): MaestroError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return new MaestroError("MR3017", { program: file, isPath: file.includes("/") });
  if (code === "EACCES") return new MaestroError("MR3033", { detail: `${name} may not be run` });
  if (code === "E2BIG")
    return new MaestroError("MR3033", {
      detail: "its arguments and variables are larger than the system takes; pass them in stdin",
    });
  return new MaestroError("MR3033", { detail: message });
}
