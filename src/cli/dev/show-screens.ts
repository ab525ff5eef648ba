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
  const { stop, onContinue } = io;
  const write = (text: string) => io.write(text);
  const { isOver, close } = openScreens({ source, looks: looksOf(io), run, write, stop, onContinue });
  // A terminal that is closed takes nothing any more: nobody waits until it has.
  const hungUp = Promise.withResolvers<void>();
  io.surviveTerminal();
  const endHangup = io.onHangup(() => hungUp.resolve());
  try {
    await Promise.race([isOver, stopped, hungUp.promise]);
  } finally {
    close();
    await Promise.race([isOver, hungUp.promise]);
    endHangup();
  }
}

/** What this terminal can show. */
function looksOf({ env, hasColor }: Io) {
  const language = env.LC_ALL || env.LC_CTYPE || env.LANG || "";
  const isUnicode = env.MAESTRO_ASCII === undefined && env.TERM !== "linux" && /utf-?8/i.test(language);
  return { hasColor, isUnicode, hasLinks: hasLinks(env) };
}

const LINKING = /^(?:iTerm\.app|WezTerm|vscode|ghostty|Hyper|rio|zed)$/;
/** From this version on terminals of VTE know OSC 8. */
const LEAST_VTE = 5_000;

/** Does the terminal open places that are clicked on? Those that do not know it may show what it is written with. */
function hasLinks({
  FORCE_HYPERLINK,
  TERM = "",
  TERM_PROGRAM = "",
  VTE_VERSION,
  ...env
}: Io["env"]): boolean {
  if (FORCE_HYPERLINK !== undefined) return FORCE_HYPERLINK !== "0";
  if (LINKING.test(TERM_PROGRAM) || Number(VTE_VERSION) >= LEAST_VTE) return true;
  return (
    /kitty|alacritty|foot|ghostty/.test(TERM) ||
    env.WT_SESSION !== undefined ||
    env.KONSOLE_VERSION !== undefined
  );
}
