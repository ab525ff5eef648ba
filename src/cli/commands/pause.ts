import { toKeyText } from "../../plan/index.ts";
import { askStore } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings } from "../load-workspace.ts";
import { whoIs, whyIs } from "../who-is.ts";
import { writeLine } from "../write-line.ts";

interface Options {
  readonly reason?: string;
  readonly by?: string;
  readonly json?: boolean;
}

const MOST_NAMED = 5;

/** `maestro pause <run>`: no step of it begins any more, until somebody resumes it by name. */
export async function run(io: Io, [prefix = ""]: string[], options: Options): Promise<ExitCode> {
  const reason = whyIs("--reason", options.reason);
  const paused = await askStore(io, await loadSettings(io), {
    command: "maestro pause",
    request: {
      op: "pause",
      run: prefix,
      by: whoIs(io, options.by),
      ...(reason === undefined ? {} : { reason }),
    },
  });
  if (options.json) io.write(`${JSON.stringify(paused, null, 2)}\n`);
  else {
    writeLine(io, `${paused.run} is paused; go on with: maestro resume ${paused.run}`);
    if (paused.underWay.length > 0) writeLine(io, `still under way, to their end: ${named(paused.underWay)}`);
  }
  return EXIT.ok;
}

function named(keys: readonly string[]): string {
  const first = keys.slice(0, MOST_NAMED).map((key) => `"${toKeyText(key)}"`);
  const rest = keys.length - first.length;
  return `${first.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
