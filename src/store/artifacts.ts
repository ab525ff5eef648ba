import { createHash } from "node:crypto";
import type { Value } from "./connection.ts";
import { RANK, single } from "./insertion.ts";
import type { JsonText, StepRow } from "./store.ts";

/**
 * An output whose JSON has more bytes than this is kept beside its step. Who looks for a place among steps reads the rows on
 * the way as a whole: after 500 outputs of 50 KB each step of every run took 2.6 times as long, of 200 KB six times.
 */
const LARGEST_INLINE_BYTES = 32 * 1024;

const MOST_BYTES_PER_UNIT = 3;

/** Hashes name contents, so the same content is written once. */
export const insertBlob = single(
  RANK.blob,
  "INSERT INTO blobs (hash, bytes, content) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING",
  3,
);

/** Only beside the record it came with, known by its end: an attempt that had settled before keeps what it has. */
export const insertOutput = single(
  RANK.artifact,
  `INSERT INTO artifacts (run_id, step, attempt, name, media_type, bytes, blob, created_at)
  SELECT run_id, key, attempt, 'output', 'application/json', ?, ?, ended_at FROM steps
  WHERE run_id = ? AND key = ? AND attempt = ? AND status = 'completed' AND output IS NULL
    AND ended_at = max(?, started_at)
  ON CONFLICT DO NOTHING`,
  6,
);

interface Content {
  readonly hash: string;
  readonly content: Uint8Array;
}

export function toContent(data: string | Uint8Array): Content {
  const content = typeof data === "string" ? Buffer.from(data) : data;
  return { hash: createHash("sha256").update(content).digest("hex"), content };
}

export function blobArgs({ hash, content }: Content): Value[] {
  return [hash, content.byteLength, content];
}

export function outputArgs({ hash, content }: Content, { runId, key, attempt, endedAt }: StepRow): Value[] {
  return [content.byteLength, hash, runId, key, attempt, endedAt];
}

/** The output of `row` when it is too large for the row itself. */
export function largeOutput({ output }: StepRow): JsonText | undefined {
  if (output === null || output.length * MOST_BYTES_PER_UNIT <= LARGEST_INLINE_BYTES) return undefined;
  return Buffer.byteLength(output) > LARGEST_INLINE_BYTES ? output : undefined;
}
