import type { Connection, Row, Value } from "./connection.ts";
import { RANK, single } from "./insertion.ts";
import type { Learning, LearningKind, LearningQuery, LearningStore, NewLearning } from "./learning-store.ts";
import { texts, textsOf } from "./texts.ts";
import type { QueuedRow } from "./write-queue.ts";

/** What a part of a store may do with its file. */
export interface Access {
  /** All rows, or none. */
  readonly write: (rows: readonly QueuedRow[]) => Promise<void>;
  /** With the next commit; nobody waits for it. */
  readonly ride: (rows: readonly QueuedRow[]) => void;
  readonly read: <T>(query: (connection: Connection) => Promise<T>) => Promise<T>;
}

const insertLearning = single(
  RANK.learning,
  `INSERT INTO learnings (kind, pattern, applies_to, text, context, first_at, last_at, run_id, step, deployment, author)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (kind, applies_to, pattern) DO UPDATE SET times = times + 1, last_at = max(last_at, excluded.last_at),
    text = excluded.text, context = excluded.context, run_id = excluded.run_id, step = excluded.step,
    deployment = excluded.deployment, author = excluded.author`,
  11,
);
const deleteLearning = single(RANK.forget, "DELETE FROM learnings WHERE id = ?", 1);
const emptyIndex = single(RANK.index, "INSERT INTO learnings_index (learnings_index) VALUES (?)", 1);
const indexSlice = single(
  RANK.index,
  `INSERT INTO learnings_index (rowid, pattern, text, applies_to)
  SELECT id, pattern, text, applies_to FROM learnings WHERE id > ? AND id <= ?`,
  2,
);

const SLICE = 500;
const SELECTED = `id, times, first_at, last_at, ${texts("kind", "pattern", "applies_to", "text", "context", "run_id", "step", "deployment", "author")}`;
/** A sentence of words; more make a search slower and no better. */
const MOST_WORDS = 24;

/** What has been learnt, in the file of a `LibsqlStore`. */
export class LibsqlLearnings implements LearningStore {
  readonly #access: Access;

  constructor(access: Access) {
    this.#access = access;
  }

  note(row: NewLearning): void {
    this.#access.ride([[insertLearning, learningArgs(row)]]);
  }

  add(row: NewLearning): Promise<void> {
    return this.#access.write([[insertLearning, learningArgs(row)]]);
  }

  find({ limit, kind, appliesTo, words }: LearningQuery): Promise<Learning[]> {
    const match = words === undefined ? undefined : toMatch(words);
    if (match === "") return Promise.resolve([]);
    const of = "kind = coalesce(?, kind) AND applies_to = coalesce(?, applies_to)";
    const given = [kind ?? null, appliesTo ?? null];
    const sql =
      match === undefined
        ? `SELECT ${SELECTED} FROM learnings WHERE ${of} ORDER BY last_at DESC, id DESC LIMIT ?`
        : `SELECT ${SELECTED} FROM learnings JOIN (
            SELECT rowid AS found, bm25(learnings_index, 4.0, 2.0, 1.0) AS score FROM learnings_index WHERE learnings_index MATCH ?
          ) ON found = id WHERE ${of} ORDER BY score, last_at DESC LIMIT ?`;
    const args = match === undefined ? [...given, limit] : [match, ...given, limit];
    return this.#access.read(async (connection) => (await connection.execute(sql, args)).map(toLearning));
  }

  byId(id: number): Promise<Learning | undefined> {
    return this.#access.read(async (connection) => {
      const [row] = await connection.execute(`SELECT ${SELECTED} FROM learnings WHERE id = ?`, [id]);
      return row && toLearning(row);
    });
  }

  forget(id: number): Promise<void> {
    return this.#access.write([[deleteLearning, [id]]]);
  }

  isIndexSound(): Promise<boolean> {
    return this.#access.read(async (connection) => {
      try {
        await connection.execute(
          "INSERT INTO learnings_index (learnings_index, rank) VALUES ('integrity-check', 1)",
          [],
        );
        return true;
      } catch (error) {
        if ((error as { readonly code?: string }).code?.startsWith("SQLITE_CORRUPT")) return false;
        throw error;
      }
    });
  }

  async rebuildIndex(onSlice: (done: number, total: number) => void): Promise<void> {
    const last = await this.#access.read(async (connection) => {
      const [row] = await connection.execute("SELECT coalesce(max(id), 0) AS last FROM learnings", []);
      return row!.last as number;
    });
    await this.#access.write([[emptyIndex, ["delete-all"]]]);
    for (let done = 0; done < last; done += SLICE) {
      const end = Math.min(done + SLICE, last);
      await this.#access.write([[indexSlice, [done, end]]]);
      onSlice(end, last);
    }
  }
}

function learningArgs(row: NewLearning): Value[] {
  const { kind, pattern, appliesTo, text, context, at, runId, step, deployment, by } = row;
  return [kind, pattern, appliesTo, text, context, at, at, runId, step, deployment, by];
}

/** Any of the words, each as it stands: what FTS5 takes for an operator is in quotes. */
function toMatch(words: string): string {
  const found = words.match(/[\p{L}\p{N}_]{2,}/gu) ?? [];
  return [...new Set(found.map((word) => word.toLowerCase()))]
    .slice(0, MOST_WORDS)
    .map((word) => `"${word}"`)
    .join(" OR ");
}

type Texts = [
  kind: LearningKind,
  pattern: string,
  appliesTo: string,
  text: string,
  context: string,
  runId: string | null,
  step: string | null,
  deployment: string | null,
  by: string | null,
];

function toLearning(row: Row): Learning {
  const [kind, pattern, appliesTo, text, context, runId, step, deployment, by] = textsOf(row, 9) as Texts;
  const [id, times, firstAt, lastAt] = [row.id, row.times, row.first_at, row.last_at] as [
    number,
    number,
    number,
    number,
  ];
  return { id, kind, pattern, appliesTo, text, context, times, firstAt, lastAt, runId, step, deployment, by };
}
