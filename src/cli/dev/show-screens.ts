import type { Source } from "../../tui/source.ts";
import type { Io } from "../io.ts";

/**
 * Draws the screens until somebody quits or `stopped` resolves, and gives the terminal back.
 * @param run the run that is shown at first
 */
export async function showScreens(
  io: Io,
  source: Source,
  run: string | undefined,
  stopped: Promise<void>,
): Promise<void> {
  // Loaded when somebody looks: what draws takes a fifth of a second.
  const { openScreens } = await import("../../tui/screens.tsx");
  const { isOver, close } = openScreens({ source, looks: looksOf(io), run });
  try {
    await Promise.race([isOver, stopped]);
  } finally {
    close();
    await isOver;
  }
}

/** What this terminal can show. */
function looksOf({ env, hasColor }: Io) {
  const language = env.LC_ALL || env.LC_CTYPE || env.LANG || "";
  const isUnicode = env.MAESTRO_ASCII === undefined && env.TERM !== "linux" && /utf-?8/i.test(language);
  return { hasColor, isUnicode };
}
