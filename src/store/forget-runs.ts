import type { Connection, Row, Value } from "./connection.ts";
import type { ExpiredQuery, ExpiredRun } from "./history-store.ts";
import { RANK, single, type Write } from "./insertion.ts";
import { texts, textsOf } from "./texts.ts";
import type { QueuedRow } from "./write-queue.ts";

/** A run that goes on refers to nothing that leaves: what was begun from a run is its event `run.derived`. */
const REFERRED = `EXISTS (SELECT 1 FROM events e JOIN runs live ON live.id = e.run_id
  WHERE e.type = 'run.derived' AND json_extract(e.data, '$.of') = runs.id AND live.ended_at IS NULL)`;

/** From now on nobody sees it. Said of each run by itself: one of them may be referred to since it was looked at. */
export const leave = single(
  RANK.leave,
  `UPDATE runs SET leaving_at = ? WHERE id = ? AND ended_at IS NOT NULL AND leaving_at IS NULL AND NOT ${REFERRED}`,
  2,
);

const SELECTED = `created_at, ended_at, ${REFERRED} AS is_referred, ${texts("id", "score", "status", "parent")}`;

/** Runs that are nobody's part, in the order of their ids, with those that are parts of them. */
export async function expiredRuns(
  connection: Connection,
  { after, until, endedBefore, failedBefore, limit }: ExpiredQuery,
): Promise<{ readonly runs: readonly ExpiredRun[]; readonly next: string | undefined }> {
  const sql = `SELECT ${SELECTED} FROM runs WHERE id > ? AND id < ? AND leaving_at IS NULL ORDER BY id LIMIT ?`;
  const rows = (await connection.execute(sql, [after, until, limit])).map(toRow);
  const isExpired = ({ endedAt, status }: Found) =>
    endedAt !== null && endedAt < (status === "failed" ? failedBefore : endedBefore);
  const runs: ExpiredRun[] = [];
  for (const row of rows) {
    if (!isExpired(row) || isPart(connection, row)) continue;
    const tree = treeOf(connection, row);
    const { id, score, status, createdAt } = row;
    const isNeeded = tree.some(({ endedAt, isReferred }) => endedAt === null || isReferred);
    runs.push({ id, score, status, createdAt, tree: tree.map((one) => one.id), isNeeded });
  }
  return { runs, next: rows.length === limit ? rows.at(-1)!.id : undefined };
}

interface Found {
  readonly id: string;
  readonly score: string;
  readonly status: string;
  readonly parent: string | null;
  readonly createdAt: number;
  readonly endedAt: number | null;
  readonly isReferred: boolean;
}

function toRow(row: Row): Found {
  const [id, score, status, parent] = textsOf(row, 4) as [string, string, string, string | null];
  return {
    id,
    score,
    status,
    parent,
    createdAt: row.created_at as number,
    endedAt: row.ended_at as number | null,
    isReferred: row.is_referred === 1,
  };
}

/** One whose run above is gone is by itself. */
function isPart(connection: Connection, { parent }: Found): boolean {
  if (parent === null) return false;
  const above = parent.slice(0, parent.indexOf("/"));
  return connection.query("SELECT 1 FROM runs WHERE id = ? AND leaving_at IS NULL", [above]).length > 0;
}

/** A run with all that it plays, also through others. `/` is followed by `0`. */
function treeOf(connection: Connection, root: Found): Found[] {
  const tree = [root];
  // What is found is looked into as well, so this goes on while the list grows.
  for (const { id } of tree) {
    const sql = `SELECT ${SELECTED} FROM runs WHERE parent IS NOT NULL AND parent > ? AND parent < ?`;
    tree.push(...connection.query(sql, [`${id}/`, `${id}0`]).map(toRow));
  }
  return tree;
}

/** Where a run's rows are. Each is deleted in the order of its key, up to one of them. */
interface Part {
  readonly table: string;
  readonly key: readonly string[];
  /** What of a row may be large. */
  readonly bytes: string;
  readonly forget: Write;
}

function part(rank: number, table: string, key: readonly string[], large: readonly string[] = []): Part {
  const place = key.length === 1 ? key[0] : `(${key.join(", ")})`;
  const marks = key.length === 1 ? "?" : `(${key.map(() => "?").join(", ")})`;
  return {
    table,
    key,
    bytes: large.join(" + ") || "0",
    forget: single(rank, `DELETE FROM ${table} WHERE run_id = ? AND ${place} <= ${marks}`, key.length + 1),
  };
}

function lengthOf(column: string): string {
  return `coalesce(octet_length(${column}), 0)`;
}

/** Steps last: artifacts refer to them, and a run without its steps is a run without anything. */
const PARTS: readonly Part[] = [
  part(RANK.forgetRecordings, "recordings", ["step", "attempt", "call"], [lengthOf("data")]),
  part(
    RANK.forgetTurns,
    "agent_turns",
    ["step", "conversation", "n"],
    [lengthOf("data"), lengthOf("result")],
  ),
  part(RANK.forgetCalls, "model_calls", ["step", "attempt", "call"]),
  part(RANK.forgetReservations, "reservations", ["step", "attempt", "call"]),
  part(RANK.forgetEvents, "events", ["id"], [lengthOf("data")]),
  part(RANK.forgetArtifacts, "artifacts", ["step", "attempt", "name"], ["bytes"]),
  part(
    RANK.forgetSteps,
    "steps",
    ["key", "attempt"],
    [lengthOf("output"), lengthOf("error"), lengthOf("info")],
  ),
];

/** Only where nobody else has the same content. */
const forgetBlob = single(
  RANK.forgetBlob,
  `DELETE FROM blobs WHERE hash = ? AND NOT EXISTS (SELECT 1 FROM artifacts WHERE blob = blobs.hash)
    AND NOT EXISTS (SELECT 1 FROM cached WHERE blob = blobs.hash)
    AND NOT EXISTS (SELECT 1 FROM deployments WHERE code = blobs.hash)`,
  1,
);
const forgetAccount = single(RANK.forgetAccount, "DELETE FROM accounts WHERE scope = ?", 1);
const forgetRun = single(RANK.forgetRun, "DELETE FROM runs WHERE id = ? AND leaving_at IS NOT NULL", 1);

/** So many rows, and so many bytes of them, are deleted in one transaction. */
const MOST_ROWS = 250;
const MOST_BYTES = 1024 * 1024;

/** What is deleted next of runs that leave; nothing when none is left. */
export async function nextSlice(connection: Connection): Promise<QueuedRow[]> {
  const ids = (
    await connection.execute(
      `SELECT ${texts("id")} FROM runs WHERE leaving_at IS NOT NULL ORDER BY leaving_at, id LIMIT ?`,
      [MOST_ROWS],
    )
  ).map((row) => textsOf(row, 1)[0]!);
  const writes: QueuedRow[] = [];
  const room = { rows: MOST_ROWS, bytes: MOST_BYTES };
  for (const id of ids) {
    for (const one of PARTS)
      if (room.rows > 0 && room.bytes > 0) writes.push(...takeOf(connection, { id, part: one, room }));
    if (room.rows <= 0 || room.bytes <= 0) break;
    writes.push([forgetAccount, [`run:${id}`]], [forgetRun, [id]]);
    room.rows--;
  }
  return writes;
}

interface Taking {
  readonly id: string;
  readonly part: Part;
  /** What is left of the slice; less afterwards. */
  readonly room: { rows: number; bytes: number };
}

function takeOf(
  connection: Connection,
  { id, part: { table, key, bytes, forget }, room }: Taking,
): QueuedRow[] {
  const blob = table === "artifacts" ? ["blob"] : [];
  const sql = `SELECT ${bytes} AS size, ${texts(...key, ...blob)} FROM ${table}
    WHERE run_id = ? ORDER BY ${key.join(", ")} LIMIT ?`;
  const writes: QueuedRow[] = [];
  let last: Value[] | undefined;
  for (const row of connection.query(sql, [id, room.rows])) {
    const found = textsOf(row, key.length + blob.length) as string[];
    last = found.slice(0, key.length).map((text, index) => (isNumber(key[index]!) ? Number(text) : text));
    if (blob.length > 0) writes.push([forgetBlob, [found.at(-1)!]]);
    room.rows--;
    room.bytes -= row.size as number;
    if (room.bytes <= 0) break;
  }
  return last ? [...writes, [forget, [id, ...last]]] : [];
}

function isNumber(column: string): boolean {
  return column !== "step" && column !== "key" && column !== "name";
}
