import type { Decided } from "../../operations/override-orchestra.ts";
import { toColors } from "../../support/colors.ts";
import { askStore } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings } from "../load-workspace.ts";
import { whoIs, whyIs } from "../who-is.ts";
import { writeLine } from "../write-line.ts";
import { detailLines } from "./orchestras-show.ts";

interface Options {
  readonly by?: string;
  readonly why?: string;
  readonly json?: boolean;
}

/** `maestro orchestras enable|disable|pause|resume <id>`, `set <id> <field> <value>`, `unset <id> <field>`. */
function decide(decidedBy: (rest: string[]) => Decided) {
  return async (
    io: Io,
    [id = "", ...rest]: string[],
    { by, json, ...options }: Options,
  ): Promise<ExitCode> => {
    const why = whyIs("--why", options.why);
    const settings = await loadSettings(io);
    const decided = decidedBy(rest);
    const detail = await askStore(io, settings, {
      command: `maestro orchestras ${decided.is}`,
      request: { op: "override", id, decided, by: whoIs(io, by), ...(why === undefined ? {} : { why }) },
    });
    if (json) io.write(`${JSON.stringify(detail, null, 2)}\n`);
    else
      for (const line of detailLines(detail, toColors(io.hasColor), settings.orchestrator.port))
        writeLine(io, line);
    return EXIT.ok;
  };
}

export const enable = decide(() => ({ is: "enable" }));
export const disable = decide(() => ({ is: "disable" }));
export const pause = decide(() => ({ is: "pause" }));
export const resume = decide(() => ({ is: "resume" }));
export const set = decide(([field = "", value = ""]) => ({ is: "set", field, value }));
export const unset = decide(([field = ""]) => ({ is: "unset", field }));
