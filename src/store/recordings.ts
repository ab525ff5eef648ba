import type { Connection } from "./connection.ts";
import { insertion, RANK } from "./insertion.ts";
import type { JsonText } from "./store.ts";
import { texts, textsOf } from "./texts.ts";

/** What was asked and said in one call of a model; `(runId, step, attempt, call)` as in `ModelCallRow`. */
export interface RecordingRow {
  readonly runId: string;
  readonly step: string;
  readonly attempt: number;
  readonly call: number;
  readonly data: JsonText;
}

/** As of the call itself, the first row of one counts. */
export const insertRecording = insertion(
  RANK.recording,
  "recordings (run_id, step, attempt, call, data)",
  5,
  "ON CONFLICT DO NOTHING",
);

export function recordingArgs({ runId, step, attempt, call, data }: RecordingRow) {
  return [runId, step, attempt, call, data];
}

/** Step by step, in the order of the calls. */
export async function recordingsOf(connection: Connection, runId: string): Promise<RecordingRow[]> {
  const sql = `SELECT attempt, call, ${texts("step", "data")} FROM recordings
    WHERE run_id = ? ORDER BY step, attempt, call`;
  return (await connection.execute(sql, [runId])).map((row) => {
    const [step, data] = textsOf(row, 2) as [string, string];
    return { runId, step, attempt: row.attempt as number, call: row.call as number, data };
  });
}
