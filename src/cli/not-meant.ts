import { EXIT, type ExitCode, type Io } from "./io.ts";

/** Nothing was done for want of `--yes`: what it would come to has been said, and programs are told as of any error. */
export function notMeant(io: Io, json: boolean | undefined, command: string): ExitCode {
  const error = { message: "Nothing was done: that needs --yes.", hint: `${command} --yes` };
  if (json) io.write(`${JSON.stringify({ error })}\n`);
  return EXIT.usage;
}
