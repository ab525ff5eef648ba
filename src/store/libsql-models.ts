import type { Badge } from "../plan/index.ts";
import type { Value } from "./connection.ts";
import { insertion, RANK } from "./insertion.ts";
import type { Access } from "./libsql-learnings.ts";
import type { AsideRow, BadgeRow, ModelStore } from "./model-store.ts";
import { texts, textsOf } from "./texts.ts";

const insertBadge = insertion(RANK.badge, "model_badges (model, at, badge, figures, who)", 5, "");
const insertAside = insertion(
  RANK.aside,
  `asides (at, what, score, orchestra, agent, model, calls, input_tokens, cached_tokens, output_tokens,
    reasoning_tokens, micro_usd, unpriced, failed)`,
  14,
  "",
);

/** What is known of models, in the file of a `LibsqlStore`. */
export class LibsqlModels implements ModelStore {
  readonly #access: Access;

  constructor(access: Access) {
    this.#access = access;
  }

  addBadge({ model, at, badge, figures, who }: BadgeRow, aside: AsideRow): Promise<void> {
    return this.#access.write([
      [insertBadge, [model, at, badge, figures, who]],
      [insertAside, asideArgs(aside)],
    ]);
  }

  addAside(row: AsideRow): Promise<void> {
    return this.#access.write([[insertAside, asideArgs(row)]]);
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
