import { MaestroError } from "../diagnostics/index.ts";
import type { Engine } from "../engine/index.ts";
import {
  agentOfRevision,
  isSkipping,
  type ModelFlag,
  type Stage,
  stageAfter,
  toHash,
} from "../plan/index.ts";
import type { Store } from "../store/store.ts";
import { toCanonicalJson } from "../support/json.ts";
import { revisionNamed } from "./revision-named.ts";

/** What somebody decides about a model, or a revision of an agent. */
export interface SaidFlag {
  /** `provider/model`, or an agent and the beginning of its revision's number, `writer@3f9a01`. */
  readonly model: string;
  /** `null`: what was decided is taken back. */
  readonly stage: Stage | null;
  /** Ids of agents; absent: as it was, and at first those that name it. */
  readonly agents?: readonly string[] | undefined;
  /** What its shadow may cost in a day; absent: as it was, and at first $1. */
  readonly perDayMicroUsd?: number | undefined;
  readonly isForced: boolean;
  readonly by: string;
  readonly why?: string | undefined;
  /** Where it came from. */
  readonly origin: string;
}

interface Tools {
  readonly engine: Engine;
  readonly store: Store;
  readonly now: () => number;
}

const PER_DAY_MICRO_USD = 1_000_000;

/**
 * Decides how far a model is let into the traffic of agents, for runs under way as well; an audit row says who did.
 * @throws MaestroError MR2033 when that skips a stage and nobody says why that is meant, MR2034 when it cannot be
 */
export async function flagModel({ engine, store, now }: Tools, said: SaidFlag): Promise<ModelFlag | null> {
  const { stage, isForced, by, why, origin } = said;
  const register = await engine.shared.register();
  // One that is known can be taken back, also when nothing is kept of it any more.
  const isKnown = stage === null && register.flagOf(said.model) !== undefined;
  const isRevision = !isKnown && agentOfRevision(said.model) !== undefined;
  const revision = isRevision ? await revisionNamed(store, said.model) : undefined;
  const model = revision?.name ?? said.model;
  const before = register.flagOf(model);
  const refuse = (reason: string, next: string) => new MaestroError("MR2034", { model, reason, next });
  const wanted = stage ?? "live";
  if (stage === null && !before)
    throw refuse("it has none that could be taken back", "list them with: maestro models flags");
  if (isForced && why === undefined)
    throw refuse(
      "who skips a stage says why",
      `add --why: maestro models flag ${model} ${wanted} --force --why "…"`,
    );
  if (!isForced && isSkipping(before?.stage, wanted))
    throw new MaestroError("MR2033", {
      model,
      from: before?.stage,
      to: wanted,
      next: stageAfter(before?.stage),
    });
  const treasury = await engine.shared.treasury();
  const { aliases } = engine.outside.models;
  const named = revision?.model ?? model;
  const asked = Object.hasOwn(aliases, named) ? aliases[named]! : named;
  if (stage === "shadow" && !treasury.priceOf(asked))
    throw refuse(
      revision
        ? `its shadow has a budget, and nobody has said what ${asked} costs`
        : "its shadow has a budget, and nobody has said what it costs",
      `say it with: maestro prices set ${asked} --input 1 --output 4`,
    );
  if (revision && said.agents !== undefined)
    throw refuse("a revision is of one agent already", "leave --agent away");
  const at = now();
  const flag: ModelFlag | null = stage && {
    model,
    stage,
    agents: revision ? [revision.agent] : (said.agents ?? before?.agents ?? null),
    perDayMicroUsd: said.perDayMicroUsd ?? before?.perDayMicroUsd ?? PER_DAY_MICRO_USD,
    who: by,
    why: why ?? null,
    at,
    deployment: revision?.deployment ?? null,
  };
  await store.models.setFlag(model, flag, {
    at,
    who: by,
    origin,
    action: "models flag",
    about: model,
    payload: toHash(toCanonicalJson([model, flag && { ...flag }, before?.stage ?? null])),
  });
  register.noteFlag(model, flag ?? undefined);
  return flag;
}
