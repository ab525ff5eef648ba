import type { Connection } from "./connection.ts";
import type { StepPlace } from "./history-store.ts";
import { stepsBetween } from "./steps.ts";
import type { StepRow } from "./store.ts";
import { texts, textsOf } from "./texts.ts";

/** A page has at most so many attempts, and so many bytes of outputs, but at least one attempt. */
const MOST_ROWS = 500;
const MOST_BYTES = 1024 * 1024;

// Bytes, which SQLite knows without reading what is counted.
const SIZES = `SELECT s.attempt, ${texts("s.key")}, coalesce(octet_length(s.output), (
    SELECT a.bytes FROM artifacts a
    WHERE a.run_id = s.run_id AND a.step = s.key AND a.attempt = s.attempt AND a.name = 'output'), 0) AS bytes
  FROM steps s WHERE s.run_id = ? AND (s.key, s.attempt) > (?, ?) ORDER BY s.key, s.attempt LIMIT ${MOST_ROWS}`;

/** Attempts of a run in the order of their keys, with their outputs, from the one after `after` on. */
export async function stepsPage(
  connection: Connection,
  { run, after }: { readonly run: string; readonly after: StepPlace },
): Promise<{ readonly rows: StepRow[]; readonly next: StepPlace | undefined }> {
  const sizes = connection.query(SIZES, [run, after.key, after.attempt]);
  let [count, bytes] = [0, 0];
  for (const { bytes: more } of sizes) {
    if (count > 0 && bytes + (more as number) > MOST_BYTES) break;
    bytes += more as number;
    count++;
  }
  const last = sizes[count - 1];
  if (!last) return { rows: [], next: undefined };
  const next = { key: textsOf(last, 1)[0]!, attempt: last.attempt as number };
  const rows = stepsBetween(connection, { run, after, to: next });
  return { rows, next: count < sizes.length || sizes.length === MOST_ROWS ? next : undefined };
}
