import { agentOfRevision, type Badge, type ModelFlag, type Stage } from "../plan/index.ts";
import { auditArgs, insertAudit } from "./audit.ts";
import type { Row, Value } from "./connection.ts";
import { insertion, RANK, single } from "./insertion.ts";
import type { Access } from "./libsql-learnings.ts";
import type {
  AgentDeployment,
  AsideRow,
  BadgeRow,
  ComparisonRow,
  ModelStore,
  ShadowOutcome,
} from "./model-store.ts";
import type { NewAudit } from "./orchestra-store.ts";
import { texts, textsOf } from "./texts.ts";

const insertBadge = insertion(RANK.badge, "model_badges (model, at, badge, figures, who)", 5, "");
const insertAside = insertion(
  RANK.aside,
  `asides (at, what, score, orchestra, agent, model, calls, input_tokens, cached_tokens, output_tokens,
    reasoning_tokens, micro_usd, unpriced, failed)`,
  14,
  "",
);

const insertFlag = single(
  RANK.flag,
  `INSERT INTO model_flags (model, stage, agents, per_day_micro_usd, who, why, at, deployment) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (model) DO UPDATE SET stage = excluded.stage, agents = excluded.agents,
    per_day_micro_usd = excluded.per_day_micro_usd, who = excluded.who, why = excluded.why, at = excluded.at,
    deployment = excluded.deployment`,
  8,
);
const deleteFlag = single(RANK.flagGone, "DELETE FROM model_flags WHERE model = ?", 1);
const insertComparison = insertion(
  RANK.comparison,
  "model_comparisons (run_id, step, attempt, score, agent, model, at, outcome, data)",
  9,
  "ON CONFLICT DO NOTHING",
);

/** What is known of models, in the file of a `LibsqlStore`. */
export class LibsqlModels implements ModelStore {
  readonly #access: Access;

  constructor(access: Access) {
    this.#access = access;
  }

  addBadge({ model, at, badge, figures, who }: BadgeRow): Promise<void> {
    return this.#access.write([[insertBadge, [model, at, badge, figures, who]]]);
  }

  addAside(row: AsideRow): Promise<void> {
    return this.#access.write([[insertAside, asideArgs(row)]]);
  }

  setFlag(model: string, flag: ModelFlag | null, audit: NewAudit): Promise<void> {
    return this.#access.write([
      flag ? [insertFlag, flagArgs(flag)] : [deleteFlag, [model]],
      [insertAudit, auditArgs(audit)],
    ]);
  }

  flags(): Promise<ModelFlag[]> {
    const sql = `SELECT per_day_micro_usd, at, ${texts("model", "stage", "agents", "who", "why", "deployment")} FROM model_flags
      ORDER BY model_flags.model`;
    return this.#access.read(async (connection) => (await connection.execute(sql, [])).map(toFlag));
  }

  addComparison(row: ComparisonRow): Promise<void> {
    const { runId, step, attempt, score, agent, model, at, outcome, data } = row;
    return this.#access.write([
      [insertComparison, [runId, step, attempt, score, agent, model, at, outcome, data]],
    ]);
  }

  comparisons(model: string, limit: number): Promise<ComparisonRow[]> {
    const sql = `SELECT attempt, at, ${texts("run_id", "step", "score", "agent", "outcome", "data")}
      FROM model_comparisons WHERE model = ? ORDER BY id DESC LIMIT ?`;
    return this.#access.read(async (connection) =>
      (await connection.execute(sql, [model, limit])).map((row) => {
        const [runId, step, score, agent, outcome, data] = textsOf(row, 6) as ComparisonTexts;
        const [attempt, at] = [row.attempt as number, row.at as number];
        return { runId, step, attempt, score, agent, model, at, outcome, data };
      }),
    );
  }

  spentBeside(model: string, since: number): Promise<number> {
    const sql = `SELECT coalesce(sum(micro_usd), 0) AS spent FROM asides 
      WHERE what = 'shadow' AND ${agentOfRevision(model) === undefined ? "model" : "agent"} = ? AND at >= ?`;
    return this.#access.read(async (connection) => {
      const [row] = await connection.execute(sql, [model, since]);
      return row!.spent as number;
    });
  }

  deploymentsWith(agent: string): Promise<AgentDeployment[]> {
    const sql = `SELECT created_at, ${texts("hash", "score", "agent")} FROM (
        SELECT hash, score, created_at,
          coalesce(json_extract(plan, '$.agents."' || ?1 || '"'), json_extract(agents, '$."' || ?1 || '"')) AS agent
        FROM deployments
      ) WHERE agent IS NOT NULL ORDER BY created_at DESC, hash LIMIT ${MOST_DEPLOYMENTS}`;
    return this.#access.read(async (connection) =>
      (await connection.execute(sql, [agent])).map((row) => {
        const [hash, score, plan] = textsOf(row, 3) as [string, string, string];
        return { hash, score, createdAt: row.created_at as number, agent: plan };
      }),
    );
  }

  scoresOf(rows: Parameters<ModelStore["scoresOf"]>[0]): Promise<ReadonlyMap<string, number>> {
    const sql = `SELECT micro_score, ${texts("gate")} FROM model_scores WHERE run_id = ? AND step = ? AND attempt = ?`;
    return this.#access.read(async (connection) => {
      const found = new Map<string, number>();
      for (const { runId, step, attempt } of rows)
        for (const row of await connection.execute(sql, [runId, step, attempt]))
          found.set(
            `${runId}/${step}/${attempt}/${textsOf(row, 1)[0]}`,
            (row.micro_score as number) / MILLION,
          );
      return found;
    });
  }

  badges(): Promise<BadgeRow[]> {
    const sql = `SELECT at, ${texts("model", "badge", "figures", "who")} FROM model_badges
      WHERE id IN (SELECT max(id) FROM model_badges GROUP BY model) ORDER BY model_badges.model`;
    return this.#access.read(async (connection) =>
      (await connection.execute(sql, [])).map((row) => {
        const [model, badge, figures, who] = textsOf(row, 4) as [string, Badge, string, string];
        return { model, at: row.at as number, badge, figures, who };
      }),
    );
  }
}

const MILLION = 1_000_000;
const MOST_DEPLOYMENTS = 200;

type ComparisonTexts = [string, string, string, string, ShadowOutcome, string];

function flagArgs({ model, stage, agents, perDayMicroUsd, who, why, at, deployment }: ModelFlag): Value[] {
  const ids = agents === null ? null : JSON.stringify(agents);
  return [model, stage, ids, perDayMicroUsd, who, why, at, deployment];
}

function toFlag(row: Row): ModelFlag {
  const [model, stage, agents, who, why, deployment] = textsOf(row, 6) as [
    string,
    Stage,
    string | null,
    string,
    string | null,
    string | null,
  ];
  const [perDayMicroUsd, at] = [row.per_day_micro_usd as number, row.at as number];
  const ids = agents === null ? null : (JSON.parse(agents) as string[]);
  return { model, stage, agents: ids, perDayMicroUsd, who, why, at, deployment };
}

function asideArgs(row: AsideRow): Value[] {
  return [
    row.at,
    row.what,
    row.score,
    row.orchestra,
    row.agent,
    row.model,
    row.calls,
    row.inputTokens,
    row.cachedTokens,
    row.outputTokens,
    row.reasoningTokens,
    row.microUsd,
    row.unpriced,
    row.failed,
  ];
}
