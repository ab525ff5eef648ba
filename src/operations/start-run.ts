import { MaestroError } from "../diagnostics/index.ts";
import type { Beginnings, Engine, Play, Playable } from "../engine/index.ts";
import type { JsonSchema } from "../plan/index.ts";
import { newId } from "../support/ids.ts";
import { nearest } from "../support/nearest.ts";
import { toReason } from "../support/to-reason.ts";
import { toStored } from "../support/to-stored.ts";
import { checkedOutputs } from "./checked-outputs.ts";

/** How a run is begun. */
export interface RunBeginnings extends Omit<Beginnings, "given" | "audit"> {
  /** Absent: nobody in particular, which is written nowhere. */
  readonly by?: BegunBy | undefined;
  /** Outputs of the score's own nodes, by name: those are not played. */
  readonly have?: Readonly<Record<string, unknown>> | undefined;
}

/** Who begins a run. */
export interface BegunBy {
  readonly who: string;
  /** From where: `cli`, `program`, `http 127.0.0.1`. */
  readonly origin: string;
  /** What they have done. Default `run`. */
  readonly action?: string;
  /** What it is about besides the run: the id of an orchestra. */
  readonly about?: string;
}

/**
 * Begins a run. Its input is checked first; what the schema gives back (defaults filled in) is what is stored and played.
 * @throws MaestroError MR2002 with every wrong field, MR2040 to MR2042 for an output that cannot be given, MR2098 for a flag
 * that is not dark; then nothing has been stored
 */
export async function startRun(
  engine: Engine,
  playable: Playable,
  input: unknown,
  { id = newId("run"), have, by, ...beginnings }: RunBeginnings = {},
): Promise<Play> {
  const checked = await checkedInput(playable, input);
  const given = have && (await checkedOutputs(playable, have));
  if (beginnings.flags !== undefined) await checkFlags(engine, beginnings.flags);
  return engine.start(playable, checked, {
    ...beginnings,
    id,
    given: given && given.size > 0 ? given : undefined,
    audit: by && auditOf(by, { id, playable }),
  });
}

/** The rows that say who did it, and what they had played; with which input, the run's own row says. */
function auditOf(
  { who, origin, action = "run", about }: BegunBy,
  { id, playable }: { readonly id: string; readonly playable: Playable },
): NonNullable<Beginnings["audit"]> {
  return (about === undefined ? [id] : [about, id]).map((one) => ({
    who,
    origin,
    action,
    about: one,
    payload: playable.hash,
  }));
}

/** A run is begun with what is dark for others. */
async function checkFlags(engine: Engine, names: readonly string[]): Promise<void> {
  if (!Array.isArray(names) || names.some((name) => typeof name !== "string"))
    throw new TypeError('flags have to be a list of names: ["local/next", "writer@3f9a01c2d4e5"]');
  if (names.length === 0) return;
  const register = await engine.shared.register();
  for (const name of names) {
    const stage = register.flagOf(name)?.stage;
    if (stage === "dark") continue;
    const dark = register.flags().flatMap((flag) => (flag.stage === "dark" ? [flag.model] : []));
    const guess = nearest(name, stage === undefined ? dark : []);
    throw new MaestroError("MR2098", { name, stage, dark, guess });
  }
}

/** The input as the score's schema gives it back. */
export async function checkedInput({ plan, code }: Playable, input: unknown): Promise<unknown> {
  if (!code.checkInput) return checkedNone(plan.score, input);
  const checked = await code.checkInput(input ?? {});
  const problems = [...("problems" in checked ? checked.problems : []), ...unknownIn(plan.input, input)];
  if (problems.length > 0) throw new MaestroError("MR2002", { score: plan.score, problems });
  return toPlainJson((checked as { readonly value: unknown }).value, plan.score);
}

/** What a resumed run would read: the run begins with the same. */
export function toPlainJson(value: unknown, score: string): unknown {
  const stored = toStored(value);
  if ("value" in stored) return stored.value;
  const detail = `it cannot be stored as JSON: ${stored.found}`;
  throw new MaestroError("MR2002", { score, problems: [{ path: "", detail }] });
}

function unknownIn(schema: JsonSchema | undefined, input: unknown): readonly Unfit[] {
  try {
    return unknownFields(schema, input);
  } catch (error) {
    return [{ path: "", detail: `it cannot be read: ${toReason(error)}` }];
  }
}

interface Unfit {
  readonly path: string;
  readonly detail: string;
}

/** Fields that the schema does not know: most schemas drop them silently, and with them what the caller meant. */
export function unknownFields(schema: JsonSchema | undefined, input: unknown): Unfit[] {
  const { properties, additionalProperties } = schema ?? {};
  const isOpen = additionalProperties !== undefined && additionalProperties !== false;
  if (typeof properties !== "object" || properties === null || isOpen) return [];
  if (typeof input !== "object" || input === null) return [];
  const known = Object.keys(properties);
  return Object.keys(input)
    .filter((key) => !known.includes(key))
    .map((path) => {
      const guess = nearest(path, known);
      return {
        path,
        detail: `there is no such input${guess ? `; did you mean "${guess}"?` : ` (there are: ${known.join(", ") || "none"})`}`,
      };
    });
}

/** A score without an input schema takes nothing. */
function checkedNone(score: string, input: unknown): unknown {
  const keys = typeof input === "object" && input !== null ? Object.keys(input) : [];
  if (keys.length === 0 && (input === undefined || input === null || typeof input === "object")) return {};
  const problems =
    keys.length > 0
      ? keys.map((path) => ({ path, detail: "the score takes no input" }))
      : [{ path: "", detail: "the score takes no input" }];
  throw new MaestroError("MR2002", { score, problems });
}
