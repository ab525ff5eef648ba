import type { Connection, Row, Value } from "./connection.ts";
import { insertion, RANK, single } from "./insertion.ts";
import type { AccountRow, BudgetRaise, ReservationRow, SpentOf } from "./ledger.ts";
import { texts, textsOf } from "./texts.ts";

export const insertReservation = insertion(
  RANK.reservation,
  "reservations (run_id, step, attempt, call, agent, model, at, micro_usd, prices, scopes)",
  10,
  "ON CONFLICT DO NOTHING",
);

export function reservationArgs(row: ReservationRow): Value[] {
  const { runId, step, attempt, call, agent, model, at, microUsd, prices, scopes } = row;
  return [runId, step, attempt, call, agent, model, at, microUsd, prices, JSON.stringify(scopes)];
}

export const endReservation = single(
  RANK.reservationEnd,
  "DELETE FROM reservations WHERE run_id = ? AND step = ? AND attempt = ? AND call = ?",
  4,
);

/** What was spent in all: one process counts it. */
export const setSpent = insertion(
  RANK.spent,
  "accounts (scope, micro_usd)",
  2,
  "ON CONFLICT (scope) DO UPDATE SET micro_usd = excluded.micro_usd",
);

export const raiseAccount = insertion(
  RANK.raise,
  "accounts (scope, raised_to, raised_by, raised_at)",
  4,
  `ON CONFLICT (scope) DO UPDATE SET raised_to = excluded.raised_to, raised_by = excluded.raised_by,
    raised_at = excluded.raised_at`,
);

export function raiseArgs({ scope, microUsd, by, at }: BudgetRaise): Value[] {
  return [scope, microUsd, by, at];
}

/** Calls that were under way when a process ended, and those of this one. */
export async function listReservations(connection: Connection): Promise<ReservationRow[]> {
  const sql = `SELECT attempt, call, at, micro_usd, ${texts("run_id", "step", "agent", "model", "prices", "scopes")}
    FROM reservations ORDER BY at, run_id, step, attempt, call`;
  return (await connection.execute(sql)).map(toReservation);
}

function toReservation(row: Row): ReservationRow {
  const [runId, step, agent, model, prices, scopes] = textsOf(row, 6) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  return {
    runId,
    step,
    attempt: row.attempt as number,
    call: row.call as number,
    agent,
    model,
    at: row.at as number,
    microUsd: row.micro_usd as number,
    prices,
    scopes: JSON.parse(scopes) as string[],
  };
}

/** What is known of a budget; `undefined` when nothing was spent of it and nobody has raised it. */
export async function accountOf(connection: Connection, scope: string): Promise<AccountRow | undefined> {
  const sql = "SELECT micro_usd, raised_to FROM accounts WHERE scope = ?";
  const [row] = await connection.execute(sql, [scope]);
  return row && { microUsd: row.micro_usd as number, raisedTo: row.raised_to as number | null };
}

/** What the calls that are in the ledger have cost: of a run, or of a day (in UTC), in all or of one score or orchestra. */
export async function spentIn(connection: Connection, of: SpentOf): Promise<number> {
  const [sql, args] =
    "run" in of
      ? [
          `SELECT coalesce(sum(micro_usd), 0) AS spent FROM model_calls
            WHERE run_id = ? AND agent = coalesce(?, agent) AND step = coalesce(?, step)`,
          [of.run, of.agent ?? null, of.step ?? null],
        ]
      : [
          // What was asked beside runs counts against no budget of theirs.
          `SELECT (
              SELECT coalesce(sum(micro_usd), 0) FROM spending
              WHERE hour >= ?1 AND hour < ?2 AND score = coalesce(?3, score) AND orchestra = coalesce(?4, orchestra)
            ) - (
              SELECT coalesce(sum(micro_usd), 0) FROM asides
              WHERE at >= ?1 * 3600000 AND at < ?2 * 3600000
                AND score = coalesce(?3, score) AND orchestra = coalesce(?4, orchestra)
            ) AS spent`,
          [hourOf(of.day), hourOf(of.day) + 24, of.score ?? null, of.orchestra ?? null],
        ];
  const [row] = await connection.execute(sql as string, args as Value[]);
  return row!.spent as number;
}

const HOUR_MS = 3_600_000;

function hourOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / HOUR_MS;
}
