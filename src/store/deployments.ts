import type { Connection, Value } from "./connection.ts";
import { RANK, single } from "./insertion.ts";
import type { Deployment } from "./store.ts";

/** The hash covers plan and code, so a second row of one hash would say the same. */
export const insertDeployment = single(
  RANK.deployment,
  "INSERT INTO deployments (hash, score, created_at, code, plan) VALUES (?, ?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING",
  5,
);

/** @param codeHash of the blob with the code */
export function deploymentArgs(deployment: Deployment, codeHash: string | null): Value[] {
  return [deployment.hash, deployment.score, deployment.createdAt, codeHash, deployment.plan];
}

export async function hasDeployment(connection: Connection, hash: string): Promise<boolean> {
  return (await connection.execute("SELECT 1 FROM deployments WHERE hash = ?", [hash])).length > 0;
}

export async function deploymentByHash(
  connection: Connection,
  hash: string,
): Promise<Deployment | undefined> {
  const sql = `SELECT d.hash, d.score, d.created_at, d.plan, b.content AS code
    FROM deployments d LEFT JOIN blobs b ON b.hash = d.code WHERE d.hash = ?`;
  const [row] = await connection.execute(sql, [hash]);
  if (row === undefined) return undefined;
  return {
    hash: row.hash as string,
    score: row.score as string,
    plan: row.plan as string,
    code: row.code === null ? null : new Uint8Array(row.code as ArrayBuffer),
    createdAt: row.created_at as number,
  };
}
