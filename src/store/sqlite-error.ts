const BUSY = 5;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

/** Another connection held the file for longer than the driver waits. */
export function isBusy(error: unknown): boolean {
  return primaryCode(error) === BUSY;
}

export function isDiskFull(error: unknown): boolean {
  return primaryCode(error) === FULL;
}

/** The system would not give it a file that it needs: that says nothing of what is in it. */
export function isClosedToUs(error: unknown): boolean {
  return primaryCode(error) === CANNOT_OPEN;
}

/** The file's content is not what SQLite wrote. */
export function isDamage(error: unknown): boolean {
  const code = primaryCode(error);
  return code === CORRUPT || code === NOT_A_DATABASE;
}

/** What counts as damage, where it was not the driver that found it. */
export function damageError(detail: string): Error {
  return Object.assign(new Error(detail), { rawCode: CORRUPT });
}

/** In one line: SQLite quotes what it cannot read. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ");
}

/** SQLite's result code without the extension in its higher bytes, as the driver gives it in `rawCode`. */
function primaryCode(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("rawCode" in error)) return undefined;
  return typeof error.rawCode === "number" ? error.rawCode & 0xff : undefined;
}
