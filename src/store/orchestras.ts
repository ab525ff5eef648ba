import type { Connection, Row, Value } from "./connection.ts";
import { RANK, single } from "./insertion.ts";
import type { OrchestraDeploy, OrchestraRow } from "./orchestra-store.ts";
import { texts, textsOf } from "./texts.ts";

/** Comes before the rows that create anew: one that is destroyed and created in one deploy is there. */
export const destroyOrchestra = single(
  RANK.orchestraEnd,
  "UPDATE orchestras SET destroyed_at = ?, cursor = NULL WHERE id = ? AND destroyed_at IS NULL",
  2,
);

export const putOrchestra = single(
  RANK.orchestra,
  `INSERT INTO orchestras (id, score, deployment, hash, created_at, deployed_at, cursor, definition)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET score = excluded.score, deployment = excluded.deployment, hash = excluded.hash,
    created_at = excluded.created_at, deployed_at = excluded.deployed_at, destroyed_at = NULL,
    cursor = coalesce(excluded.cursor, cursor), definition = excluded.definition`,
  8,
);

export function orchestraArgs(row: OrchestraDeploy["put"][number]): Value[] {
  const { id, score, deployment, hash, createdAt, deployedAt, cursor = null, definition } = row;
  return [id, score, deployment, hash, createdAt, deployedAt, cursor, definition];
}

export const moveCursor = single(
  RANK.cursor,
  "UPDATE orchestras SET cursor = ? WHERE id = ? AND destroyed_at IS NULL",
  2,
);

/** Never back: somebody may have moved it on while the instant was decided. */
export const moveCursorOn = single(
  RANK.cursorOn,
  "UPDATE orchestras SET cursor = max(coalesce(cursor, 0), ?) WHERE id = ? AND destroyed_at IS NULL",
  2,
);

const SELECTED = `created_at, deployed_at, destroyed_at, cursor,
  ${texts("id", "score", "deployment", "hash", "definition")}`;

export async function listOrchestras(connection: Connection): Promise<OrchestraRow[]> {
  const sql = `SELECT ${SELECTED} FROM orchestras WHERE destroyed_at IS NULL ORDER BY id`;
  return (await connection.execute(sql)).map(toOrchestra);
}

export async function orchestraById(connection: Connection, id: string): Promise<OrchestraRow | undefined> {
  const [row] = await connection.execute(`SELECT ${SELECTED} FROM orchestras WHERE id = ?`, [id]);
  return row && toOrchestra(row);
}

function toOrchestra(row: Row): OrchestraRow {
  const [id, score, deployment, hash, definition] = textsOf(row, 5) as [
    string,
    string,
    string,
    string,
    string,
  ];
  return {
    id,
    score,
    deployment,
    definition,
    hash,
    createdAt: row.created_at as number,
    deployedAt: row.deployed_at as number,
    destroyedAt: row.destroyed_at as number | null,
    cursor: row.cursor as number | null,
  };
}
