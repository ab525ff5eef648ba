import { MaestroError } from "../../diagnostics/index.ts";
import type { AgentPlan } from "../../plan/index.ts";
import { boundOf } from "../../players/models/bound-of.ts";
import type { Asked, Hold, Purse } from "../../players/models/purse.ts";
import type { ModelCallRow } from "../../store/store.ts";
import type { AttemptCall } from "../call.ts";
import type { Performance } from "../performance.ts";
import type { Claim } from "./claim.ts";
import { limitsOf } from "./limits-of.ts";
import type { Paying } from "./paying.ts";
import type { Treasury } from "./treasury.ts";

export interface OpenPurse extends Purse {
  /** The call is over: with what was held back for it, where that was the last that may use it. */
  record(row: ModelCallRow, hold: Hold | undefined): void;
}

/** Who pays for the calls of one attempt: its step's budget, its agent's, its run's, its score's and the day's. */
export async function openPurse(
  run: Performance,
  call: AttemptCall,
  { agent, plan }: { readonly agent: string; readonly plan: AgentPlan },
): Promise<OpenPurse> {
  const treasury = await run.shared.treasury();
  const { key: step } = call.step;
  const { id } = run.state;
  const orchestra = await orchestraOf(run.paying, treasury);
  const perDayMicroUsd = run.outside.budget?.perDayMicroUsd;
  let reserved = 0;
  return {
    record(row, hold) {
      if (hold) treasury.settle(hold as Claim, row);
      else run.journal.recordModelCall(row);
    },
    priceOf: (model) => treasury.priceOf(model),
    async reserve({ model, price, promptTokens, maxTokens }: Asked): Promise<Hold | undefined> {
      const now = run.clock.now();
      const { budgets: runs } = run.paying;
      const limits = limitsOf({ run: id, step, agent, plan, runs, orchestra, perDayMicroUsd, now });
      // Without a budget too: a call whose process is killed has to be in the ledger, whose provider may well bill it.
      if (limits.length === 0 && !price) return undefined;
      if (!price) throw new MaestroError("MR3099", { model });
      return treasury.reserve({
        limits,
        bound: boundOf(price, { promptTokens, maxTokens }),
        isBounded: maxTokens !== undefined,
        signal: call.signal,
        row: {
          ...{ runId: id, step, attempt: call.attempt, call: ++reserved },
          ...{ agent, model, at: now, prices: price.id },
        },
      });
    },
  };
}

async function orchestraOf({ orchestra: id, whole }: Paying, treasury: Treasury) {
  const budget = id === null ? undefined : await treasury.budgetOf(id);
  return budget && { id: id!, whole: whole!, budget };
}
