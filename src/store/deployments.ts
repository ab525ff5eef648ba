import type { Connection, Value } from "./connection.ts";
import { RANK, single } from "./insertion.ts";
import type { Deployment } from "./store.ts";
import { texts, textsOf } from "./texts.ts";

/**
 * The hash covers plan and code, so a second row of one hash would say the same; but the first may be from before anybody said
 * which agents its inner scores have.
 */
export const insertDeployment = single(
  RANK.deployment,
  `INSERT INTO deployments (hash, score, created_at, code, plan, agents) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (hash) DO UPDATE SET agents = excluded.agents WHERE agents IS NULL`,
  6,
);

/** @param codeHash of the blob with the code */
export function deploymentArgs(deployment: Deployment, codeHash: string | null): Value[] {
  const { hash, score, createdAt, plan, agents = null } = deployment;
  return [hash, score, createdAt, codeHash, plan, agents];
}

export async function hasDeployment(connection: Connection, hash: string): Promise<boolean> {
  const sql = "SELECT 1 FROM deployments WHERE hash = ? AND agents IS NOT NULL";
  return (await connection.execute(sql, [hash])).length > 0;
}

const MOST_FOUND = 20;

/** A range of the primary key: `_` and `%` in what a person types mean nothing. */
export async function deploymentsByPrefix(
  connection: Connection,
  prefix: string,
): Promise<Pick<Deployment, "hash" | "score" | "createdAt">[]> {
  const sql = `SELECT created_at, ${texts("hash", "score")} FROM deployments WHERE hash >= ? AND hash < ?
    ORDER BY created_at DESC, hash LIMIT ${MOST_FOUND}`;
  return (await connection.execute(sql, [prefix, `${prefix}\u{10ffff}`])).map((row) => {
    const [hash, score] = textsOf(row, 2) as [string, string];
    return { hash, score, createdAt: row.created_at as number };
  });
}

export async function deploymentByHash(
  connection: Connection,
  hash: string,
): Promise<Deployment | undefined> {
  const sql = `SELECT d.created_at, ${texts("d.score", "d.plan")}, b.content AS code
    FROM deployments d LEFT JOIN blobs b ON b.hash = d.code WHERE d.hash = ?`;
  const [row] = await connection.execute(sql, [hash]);
  if (row === undefined) return undefined;
  const [score, plan] = textsOf(row, 2) as [string, string];
  return {
    hash,
    score,
    plan,
    code: row.code === null ? null : new Uint8Array(row.code as ArrayBuffer),
    createdAt: row.created_at as number,
  };
}
