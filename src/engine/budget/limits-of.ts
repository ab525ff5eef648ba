import type { AgentPlan, Budget } from "../../plan/index.ts";
import type { SpentOf } from "../../store/ledger.ts";

/** One budget that a call counts against. */
export interface Limit {
  /** Its durable name: `run:run_…`, `day:2026-01-31`. */
  readonly scope: string;
  /** In micro-USD, as its author wrote it. */
  readonly microUsd: number;
  /** What it bounds, for people. */
  readonly what: string;
  /** The calls that count against it, as far as the ledger can tell. */
  readonly of: SpentOf;
  /** The ledger cannot tell all of them: what was spent is kept beside it. */
  readonly isKept: boolean;
  /** A call that passes it fails its step; without it, people are asked. */
  readonly isFinal: boolean;
  /** When it begins anew, Unix ms. */
  readonly until?: number;
}

/** A run and what it may cost: that of one that plays another counts for both. */
export interface RunBudget extends Budget {
  readonly run: string;
  readonly score: string;
}

/** Who asks, and when. */
interface Asking {
  readonly run: string;
  readonly step: string;
  readonly agent: string;
  readonly plan: AgentPlan;
  /** Those of its run and of the runs that this one is part of, the outermost first. */
  readonly runs: readonly RunBudget[];
  /** The orchestra that it is all part of. */
  readonly orchestra?: { readonly id: string; readonly whole: string; readonly budget: Budget } | undefined;
  /** Of the whole workspace. */
  readonly perDayMicroUsd: number | undefined;
  readonly now: number;
}

const DAY_MS = 86_400_000;

/** Every budget that a call counts against, the narrowest first. */
export function limitsOf(asking: Asking): Limit[] {
  const { run, step, agent, plan, runs, perDayMicroUsd, now } = asking;
  const day = new Date(now).toISOString().slice(0, 10);
  const until = (Math.floor(now / DAY_MS) + 1) * DAY_MS;
  const limits: Limit[] = [];
  const add = (microUsd: number | undefined, of: Omit<Limit, "microUsd">) => {
    if (microUsd !== undefined) limits.push({ microUsd, ...of });
  };
  const own = { isKept: false, isFinal: false };
  add(plan.perCallMicroUsd, {
    scope: `step:${run}/${step}`,
    what: `the step "${step}"`,
    of: { run, step },
    isKept: false,
    isFinal: true,
  });
  add(plan.perRunMicroUsd, {
    scope: `agent:${run}/${agent}`,
    what: `agent "${agent}" in this run`,
    of: { run, agent },
    ...own,
  });
  for (const { run: id, score, perRunMicroUsd, perDayMicroUsd: perDay } of runs.toReversed()) {
    const what = id === run ? "this run" : `the run ${id}, which this one is part of`;
    add(perRunMicroUsd, { scope: `run:${id}`, what, of: { run: id }, isKept: true, isFinal: false });
    add(perDay, {
      scope: `score:${score}:${day}`,
      what: `score "${score}" on ${day}`,
      of: { day, score },
      isKept: true,
      isFinal: false,
      until,
    });
  }
  if (asking.orchestra) {
    const { id, whole, budget } = asking.orchestra;
    const [of, kept] = [
      { day, orchestra: id },
      { isKept: true, isFinal: false },
    ];
    const perRun = {
      scope: `orchestra-run:${whole}`,
      what: `a run of orchestra "${id}"`,
      of: { run: whole },
    };
    add(budget.perRunMicroUsd, { ...perRun, ...kept });
    const perDay = { scope: `orchestra:${id}:${day}`, what: `orchestra "${id}" on ${day}`, of, until };
    add(budget.perDayMicroUsd, { ...perDay, isKept: false, isFinal: false });
  }
  add(perDayMicroUsd, { scope: `day:${day}`, what: `all runs on ${day}`, of: { day }, ...own, until });
  return limits;
}
