import { type Drift, driftOf } from "../../operations/drift.ts";
import { toColors } from "../../support/colors.ts";
import { toVisible } from "../../support/to-visible.ts";
import { compileDraft } from "../deploy/compile-draft.ts";
import { lookAt } from "../deploy/world.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings, workspaceOf } from "../load-workspace.ts";
import { writeLine } from "../write-line.ts";

interface Options {
  readonly json?: boolean;
  readonly exitCode?: boolean;
}

/** `maestro drift`: what is so in the store, and in no file. */
export async function run(io: Io, _args: string[], options: Options): Promise<ExitCode> {
  const settings = await loadSettings(io);
  const { draft } = await compileDraft(io, workspaceOf(io));
  const drift = await lookAt({ io, settings, command: "maestro drift" }, async ({ deployed }) =>
    driftOf(draft, deployed),
  );
  if (options.json) io.write(`${JSON.stringify(drift, null, 2)}\n`);
  else for (const line of toLines(drift, io)) writeLine(io, line);
  return options.exitCode && drift.length > 0 ? EXIT.usage : EXIT.ok;
}

function* toLines(drift: readonly Drift[], io: Io): Generator<string> {
  const c = toColors(io.hasColor);
  if (drift.length === 0) yield "no drift: what is deployed is what the files say";
  for (const one of drift) {
    switch (one.is) {
      case "override": {
        const { orchestra, field, desired, value, who, at, why } = one;
        const of = desired === undefined ? "no file says it" : `the file says ${toVisible(desired)}`;
        yield `${orchestra}  ${field} is ${c.yellow(toVisible(JSON.stringify(value)))}; ${of}`;
        yield `    set by ${toVisible(who)} at ${at}${why === null ? "" : `: ${toVisible(why)}`}`;
        break;
      }
      case "no file":
        yield `${one.orchestra}  is deployed, and ${c.yellow("no file defines it")}`;
        break;
      case "not deployed":
        yield `${one.orchestra}  is defined in ${one.file}, and ${c.yellow("not deployed")}`;
        break;
      case "other":
        yield `${one.orchestra}  is deployed as an ${c.yellow("earlier file")} says: ${one.fields.join(", ")}`;
        break;
      default:
        one satisfies never;
    }
  }
}
