import { type AgentPlan, isAtLeast, type ModelFlag, type Production } from "../../plan/index.ts";
import type { ModelRules, Refused } from "../../players/models/routing/model-rules.ts";
import type { BadgeRow } from "../../store/model-store.ts";
import type { Performance } from "../performance.ts";
import type { ModelRegister } from "./model-register.ts";

const DAY_MS = 86_400_000;

/** What is said of the models of one step. */
export interface Said {
  /** Absent: any of them may be asked. */
  readonly rules?: ModelRules;
  /** Models that are played beside it. */
  readonly shadows: readonly ModelFlag[];
}

const NOTHING: Said = { shadows: [] };

/**
 * What badges and flags say of the models of a step. In production are the runs of orchestras. What answers in place of
 * models has nothing to show.
 */
export async function rulesFor(run: Performance, agent: string, plan: AgentPlan): Promise<Said> {
  if (run.source) return NOTHING;
  const register = await run.shared.register();
  const { production: demands, aliases } = run.outside.models;
  const production = run.paying.orchestra === null ? undefined : demands;
  const said = register.flagsOf(agent).map((flag) => asInRun(flag, run.flags));
  if (!production && said.length === 0) return NOTHING;
  const { model, tiers = [], fallback = [] } = plan;
  const named = [model, ...tiers, ...fallback].map((name) =>
    Object.hasOwn(aliases, name) ? aliases[name]! : name,
  );
  const flags = said.filter((flag) => flag.agents !== null || named.includes(flag.model));
  const shadows = flags.filter(({ stage }) => stage === "shadow");
  // One that nobody names, and that takes no traffic, changes nothing.
  const isAbout = (flag: ModelFlag) =>
    named.includes(flag.model) || flag.stage === "live" || flag.stage === "only";
  if (!production && !flags.some(isAbout)) return { shadows };
  const rules = {
    admit: (models: readonly string[]) =>
      admit(models, { flags, production, register, now: run.clock.now() }),
  };
  return { rules, shadows };
}

/** A flag as one run has it: `isSaid` is dark for all others, and alone in this one. */
interface RunFlag extends ModelFlag {
  readonly isSaid?: true;
}

function asInRun(flag: ModelFlag, named: readonly string[]): RunFlag {
  return flag.stage === "dark" && named.includes(flag.model)
    ? { ...flag, stage: "only", isSaid: true }
    : flag;
}

interface Admitting {
  /** Those that are about the agent. */
  readonly flags: readonly RunFlag[];
  readonly production: Production | undefined;
  readonly register: Pick<ModelRegister, "badgeOf">;
  readonly now: number;
}

function admit(
  named: readonly string[],
  { flags, production, register, now }: Admitting,
): ReturnType<ModelRules["admit"]> {
  const added = flags.flatMap(({ model, stage }) => (stage === "live" || stage === "only" ? [model] : []));
  const all = [...new Set([...named, ...added])];
  const said = flags.filter(({ isSaid }) => isSaid);
  const alone = said.length > 0 ? said : flags.filter(({ stage }) => stage === "only");
  const refused = all.flatMap((model): Refused[] => {
    const flag = flags.find((one) => one.model === model);
    const bar = (flag && barOfFlag(flag)) ?? barBeside(model, alone);
    const badge = production && barOfBadge(model, register.badgeOf(model), { production, now });
    const found = bar ?? badge;
    return found ? [{ model, ...found }] : [];
  });
  const barred = new Set(refused.map(({ model }) => model));
  return { models: all.filter((model) => !barred.has(model)), refused };
}

type Bar = Omit<Refused, "model">;

function barOfFlag({ model, stage, who, why }: ModelFlag): Bar | undefined {
  const by = `${who}${why === null ? "" : `: ${why}`}`;
  switch (stage) {
    case "off":
      return { why: `its flag is off (${by})`, mend: `maestro models flag ${model} shadow` };
    case "shadow":
    case "dark":
      return {
        why: `its flag is ${stage}, which takes no traffic (${by})`,
        mend: `maestro models flag ${model} live`,
      };
    case "live":
    case "only":
      return undefined;
    default:
      return stage satisfies never;
  }
}

/** Another one is to be the only one. */
function barBeside(model: string, alone: readonly RunFlag[]): Bar | undefined {
  const [first] = alone;
  if (!first || alone.some((one) => one.model === model)) return undefined;
  if (first.isSaid)
    return { why: `the run was begun with --flag ${first.model}`, mend: "begin a run without --flag" };
  return { why: `${first.model} is to be asked alone`, mend: `maestro models flag ${first.model} live` };
}

function barOfBadge(
  model: string,
  row: BadgeRow | undefined,
  { production: { minBadge, maxAgeMs }, now }: { readonly production: Production; readonly now: number },
): Bar | undefined {
  const mend = `maestro models test ${model}`;
  if (!row) return { why: `it was never tested, and production asks for ${minBadge}`, mend };
  const day = new Date(row.at).toISOString().slice(0, 10);
  if (!isAtLeast(row.badge, minBadge)) {
    const has = row.badge === "none" ? "got no badge" : `got ${row.badge}`;
    return { why: `it ${has} on ${day}, and production asks for ${minBadge}`, mend };
  }
  if (now - row.at <= maxAgeMs) return undefined;
  const days = Math.round((maxAgeMs / DAY_MS) * 10) / 10;
  return { why: `its badge is of ${day}, and counts for ${days} ${days === 1 ? "day" : "days"}`, mend };
}
