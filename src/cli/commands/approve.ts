import { MaestroError } from "../../diagnostics/index.ts";
import type { ControlResults } from "../../services/perform-request.ts";
import { nearest } from "../../support/nearest.ts";
import type { Ask } from "../at-store.ts";
import type { ExitCode, Io } from "../io.ts";
import { toYesOrNo } from "../to-yes-or-no.ts";
import { type DecideOptions, decideAs } from "./decide.ts";

/** `maestro approve [run|checkpoint] [step]`: says yes to a checkpoint that asks for yes or no. */
export function approve(io: Io, words: string[], options: DecideOptions): Promise<ExitCode> {
  return say("approve", io, words, options);
}

/** `maestro reject [run|checkpoint] [step]`: says no. */
export function reject(io: Io, words: string[], options: DecideOptions): Promise<ExitCode> {
  return say("reject", io, words, options);
}

function say(
  verb: "approve" | "reject",
  io: Io,
  [which, key]: string[],
  options: DecideOptions,
): Promise<ExitCode> {
  return decideAs(io, options, {
    command: `maestro ${verb}`,
    async ask(ask) {
      const open = await ask({ op: "checkpoints" });
      if (!open) return undefined;
      return question(ask, choose(open.result, { which, key, verb }));
    },
    toValue(said, { run, step, schema }) {
      const choice = toYesOrNo(schema);
      if (!choice) throw new MaestroError("MR2091", { run, step });
      const answer = verb === "approve" ? choice.yes : choice.no;
      return choice.field === undefined ? answer : { ...said, [choice.field]: answer };
    },
  });
}

type Open = ControlResults["checkpoints"][number];
type Meant = Pick<Open, "run"> & { readonly key?: string };

function question(ask: Ask, { run, key }: Meant) {
  return ask({ op: "question", run, ...(key === undefined ? {} : { step: key }) });
}

/**
 * The checkpoint that is meant: by its run, by its own name, or because no other is open.
 * @throws MaestroError MR2092 when there is none, MR2093 when there are several
 */
function choose(
  open: readonly Open[],
  {
    which,
    key,
    verb,
  }: { readonly which?: string | undefined; readonly key?: string | undefined; readonly verb: string },
): Meant {
  const ofRun = open.filter(
    ({ run }) => which !== undefined && run.startsWith(which.replace(/^(run_)?/, "run_")),
  );
  const called = open.filter((one) => which === undefined || one.key === which);
  // Two words name a run and a step, and who looks for both says best what is wrong with them.
  if (which !== undefined && key !== undefined) return { run: which, key };
  const found = called.length > 0 ? called : ofRun;
  if (found.length === 1) return found[0]!;
  if (found.length > 1)
    throw new MaestroError("MR2093", { verb, open: found.map((one) => `${one.run} ${one.key}`) });
  // A run there is none of, or one that asks nothing: `question` knows the difference.
  if (which?.startsWith("run_")) return { run: which };
  const keys = [...new Set(open.map((one) => one.key))];
  const guess = which === undefined ? undefined : nearest(which, keys);
  throw new MaestroError("MR2092", { which, open: keys, guess });
}
