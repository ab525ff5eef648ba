import type { ReservationRow } from "../../store/ledger.ts";
import type { ModelCallRow } from "../../store/store.ts";
import type { Vault } from "./treasury.ts";

const WHY = "its process ended before anybody knew what it cost: counted as the most it may have cost";

/**
 * Settles the calls that were under way when an earlier process ended. Their provider may well bill them, so each counts
 * as the most that it may have cost, once, and is in the ledger with the reason.
 */
export async function settleLost(vault: Vault): Promise<void> {
  for (const row of await vault.reservations()) {
    const spent: { scope: string; microUsd: number }[] = [];
    for (const scope of row.scopes) {
      const before = (await vault.account(scope))?.microUsd ?? 0;
      spent.push({ scope, microUsd: before + row.microUsd });
    }
    const call = toCall(row, await vault.modelCallsOf(row.runId));
    await vault.settleCall({ call, reservation: row, spent });
  }
}

function toCall(
  { runId, step, attempt, agent, model, at, microUsd, prices }: ReservationRow,
  earlier: readonly ModelCallRow[],
): ModelCallRow {
  const calls = earlier.filter((one) => one.step === step && one.attempt === attempt);
  return {
    ...{ runId, step, attempt, agent, model },
    call: Math.max(0, ...calls.map(({ call }) => call)) + 1,
    startedAt: at,
    durationMs: 0,
    ...{ inputTokens: 0, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0 },
    microUsd,
    prices,
    error: WHY,
    source: "live",
  };
}
