import { readLast } from "../compile/cache.ts";
import { MaestroError } from "../diagnostics/index.ts";
import type { Io } from "./io.ts";
import { type ConfigEntry, loadSettings, type Settings, toSettings, workspaceOf } from "./load-workspace.ts";
import { printWarning } from "./print-error.ts";

/**
 * As `loadSettings`, for who looks at what is there, or ends it: a configuration with errors keeps nobody from that. Then
 * they are what the last one without errors has said, as far as that is remembered, and it is said which store that means.
 */
export async function loadLastSettings(io: Io): Promise<Settings> {
  try {
    return await loadSettings(io);
  } catch (error) {
    if (!(error instanceof MaestroError) || error.code !== "MR2075") throw error;
    const { root } = workspaceOf(io);
    const settings = toSettings(root, (readLast({ root }, "settings") as ConfigEntry | undefined) ?? {});
    printWarning(new MaestroError("MR2077", { file: settings.file }), io);
    return settings;
  }
}
