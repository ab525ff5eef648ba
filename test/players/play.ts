import { SHELL_LIMITS, type ShellLimits } from "../../src/players/shell/limits.ts";
import { playShell } from "../../src/players/shell/play-shell.ts";
import { callWith } from "./outside.ts";

type Playing = Parameters<typeof callWith>[0] & {
  /** Its author wrote `cwd` out, instead of computing it. */
  readonly isCwdWritten?: boolean;
  readonly limits?: Partial<ShellLimits>;
};

/** Plays a `shell` node whose values came to `input`. */
export async function play(input: object, { isCwdWritten, limits, ...changes }: Playing = {}) {
  const call = callWith({ ...changes, input });
  const cwd = isCwdWritten ? { is: "literal" as const, value: "" } : { is: "input" as const, path: [] };
  const played = await playShell({ kind: "shell", cwd }, call, { ...SHELL_LIMITS, ...limits });
  return played as { readonly exitCode: number; readonly stdout: string; readonly stderr: string };
}
