import type { Statement, Value } from "./connection.ts";

/** A statement that rows are queued for, with its place within a group: what is referred to is written before. */
export interface Write extends Form {
  /** Groups write their rows by rising rank. */
  readonly rank: number;
  /** For rows with fewer arguments: all else is what it is in nearly all of them. */
  readonly short?: Form;
}

/** How rows with so many arguments are written. */
interface Form {
  /** For one row. */
  readonly one: string;
  /** For `ROWS_AT_ONCE` rows; null when there is no such form. */
  readonly many: string | null;
  /** Arguments per row. */
  readonly width: number;
}

/** What most rows of a table have in common, and so hand to nobody: an argument costs 0.17 µs, a row of ten of them 4.3. */
interface Usual {
  /** The table and the columns that differ, and then those that do not. */
  readonly into: string;
  readonly width: number;
  /** What stands in the others, as SQL. */
  readonly rest?: string;
}

/** The order of one group's rows. */
export const RANK = {
  blob: 0,
  deployment: 1,
  orchestraEnd: 2,
  orchestra: 3,
  overrideEnd: 4,
  override: 5,
  run: 6,
  occurrence: 7,
  cursor: 8,
  step: 9,
  artifact: 10,
  event: 11,
  modelCall: 12,
  recording: 13,
  modelScore: 14,
  turn: 15,
  runChange: 16,
  runMigration: 17,
  runEnd: 18,
  keep: 19,
  sweep: 20,
  clear: 21,
  audit: 22,
  price: 23,
  priceGone: 24,
  reservation: 25,
  reservationEnd: 26,
  spent: 27,
  raise: 28,
  cursorOn: 29,
  learning: 30,
  forget: 31,
  index: 32,
  delivery: 33,
  deliveryGone: 34,
  badge: 35,
  aside: 36,
  leave: 37,
  forgetRecordings: 38,
  forgetTurns: 39,
  forgetCalls: 40,
  forgetReservations: 41,
  forgetEvents: 42,
  forgetArtifacts: 43,
  forgetSteps: 44,
  forgetBlob: 45,
  forgetAccount: 46,
  forgetRun: 47,
  flag: 48,
  flagGone: 49,
  comparison: 50,
} as const;

/**
 * Rows per VALUES list. CPU per row in groups of 100: row by row 5.5 µs, one `json_each` statement 6.9, lists of eight
 * 4.7, of 32 4.5; eight needs the least preparing.
 */
export const ROWS_AT_ONCE = 8;

/** `INSERT INTO into VALUES (?, …), … then`, where `into` names the table and its columns. */
export function insertion(rank: number, into: string, width: number, then: string, usual?: Usual): Write {
  const write = { rank, ...formOf({ into, width }, then) };
  return usual ? { ...write, short: formOf(usual, then) } : write;
}

function formOf({ into, width, rest }: Usual, then: string): Form {
  const places = Array<string>(width).fill("?").join(", ");
  const row = rest === undefined ? `(${places})` : `(${places}, ${rest})`;
  const sql = (rows: number) => `INSERT INTO ${into} VALUES ${Array(rows).fill(row).join(", ")} ${then}`;
  return { one: sql(1), many: sql(ROWS_AT_ONCE), width };
}

/** A statement of its own for every row; `width` is checked against its `?` by a test. */
export function single(rank: number, sql: string, width: number): Write {
  return { rank, one: sql, many: null, width };
}

/** Adds the statements that write `rows`, in their order. */
export function addStatements(
  statements: Statement[],
  write: Write,
  rows: readonly (readonly Value[])[],
): void {
  for (let from = 0; from < rows.length; ) {
    const { one, many, width } = isShort(write, rows[from]!) ? write.short! : write;
    const most = many === null ? 1 : ROWS_AT_ONCE;
    let to = from + 1;
    while (to < rows.length && to - from < most && rows[to]!.length === width) to++;
    if (many !== null && to - from === ROWS_AT_ONCE) {
      // By hand: `flat` takes three times as long.
      const args: Value[] = [];
      for (let i = from; i < to; i++) for (const value of rows[i]!) args.push(value);
      statements.push({ sql: many, args });
    } else for (let i = from; i < to; i++) statements.push({ sql: one, args: rows[i]! });
    from = to;
  }
}

function isShort({ width, short }: Write, row: readonly Value[]): boolean {
  return row.length !== width && row.length === short?.width;
}

/**
 * What the driver would take and lose: a missing argument binds NULL, text ends at a NUL when read, a lone surrogate
 * becomes U+FFFD, an integer above 2^53 − 1 comes back as another one. Whoever hands over such a row has a bug.
 * @throws Error that names the argument
 */
export function assertStorable(write: Write, row: readonly Value[]): void {
  if (row.length !== write.width && row.length !== write.short?.width)
    throw new Error(`${row.length} arguments for the ${write.width} of: ${write.one}`);
  for (let i = 0; i < row.length; i++) {
    const value = row[i];
    if (typeof value === "string") {
      if (value.includes("\0") || !value.isWellFormed())
        throw new Error(`argument ${i + 1} has a NUL or half a character: ${write.one}`);
    } else if (typeof value === "number") {
      if (!Number.isSafeInteger(value))
        throw new Error(`argument ${i + 1} is ${value}, not an integer of at most 2^53 − 1: ${write.one}`);
    } else if (value === undefined) {
      throw new Error(`argument ${i + 1} is undefined: ${write.one}`);
    }
  }
}
