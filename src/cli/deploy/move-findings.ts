import { type Compilation, compileWorkspace } from "../../compile/index.ts";
import { placeFindings } from "../../compile/place-findings.ts";
import type { Finding } from "../../define/finding.ts";
import type { Diagnostic } from "../../diagnostics/index.ts";
import { type Playable, toPlayable } from "../../engine/index.ts";
import { checkMove } from "../../operations/deploy-rules/check-move.ts";
import { Found } from "../../operations/deploy-rules/found.ts";
import type { RunFinding } from "../../operations/deploy-rules/moved-run.ts";
import { weigh } from "../../operations/deploy-rules/weigh.ts";
import { lastAttempts } from "../../operations/last-attempts.ts";
import type { MigrationData } from "../../operations/migration-data.ts";
import type { RunKeeper } from "../../operations/plan-migration.ts";
import { EVALUATE } from "../../paths.ts";
import { type Code, PLAN_FORMAT, type Plan } from "../../plan/index.ts";
import { parseStored } from "../../store/parse-stored.ts";
import { codesIn } from "./make-plan.ts";

interface Moving {
  readonly root: string;
  readonly keeper: RunKeeper;
  /** The workspace's code, where that is what the run is moved to. */
  readonly live: Playable | undefined;
}

type Known = Pick<Compilation, "scores" | "orchestras" | "agents">;

/** The rules look at plans. */
const NO_CODE: Code = { checkInput: undefined, tasks: [], derives: [], agents: [], checks: [] };

/** Without the sources: what is found has no place. */
const UNPLACED: Known = { scores: [], orchestras: [], agents: [] };

/**
 * MS50xx about moving one run, as a plan with `--migrate` has them. Only where there are some, and it is moved to the
 * workspace's code, is that compiled, for their places.
 */
export async function moveFindings(migration: MigrationData, moving: Moving): Promise<readonly Diagnostic[]> {
  if (migration.from === migration.to) return [];
  const found = await findIn(migration, moving, UNPLACED);
  if (found.length === 0) return [];
  const { root, live } = moving;
  const whole: Compilation = await compileWorkspace({ workspace: { root }, childEntry: EVALUATE });
  const placed = live ? await findIn(migration, moving, whole) : found;
  return placeFindings(placed, { root, compilation: whole, weigh: weigh(true) });
}

async function findIn(
  migration: MigrationData,
  { root, keeper, live }: Moving,
  compilation: Known,
): Promise<readonly Finding[]> {
  const { run, score, from, to } = migration;
  const before = await planIn(keeper, from);
  const plan = live?.hash === to ? live.plan : await planIn(keeper, to);
  // Of a run that is part of another one nobody knows the plan: it is moved with that one.
  if (before?.score !== score || plan?.score !== score) return [];
  const found = new Found(compilation);
  if (before.format > PLAN_FORMAT) {
    const facts = { score, format: String(before.format), known: "this version of Maestro" };
    found.add({ code: "MS5013", facts, sites: [], subject: score });
    return found.all();
  }
  const last = [...lastAttempts(await keeper.stepsOf(run)).values()];
  const report = (one: RunFinding) => found.addFor(score, run, one);
  const after = toPlayable(to, plan, NO_CODE);
  const codeOf = codesIn(root, compilation);
  await checkMove(
    { from, before, after, migration: { ...migration, last }, report },
    { compilation, codeOf },
  );
  return found.all();
}

async function planIn(keeper: RunKeeper, hash: string): Promise<Plan | undefined> {
  const kept = await keeper.deployment(hash);
  return kept && (parseStored(kept.plan, `deployment ${kept.hash}`) as Plan);
}
