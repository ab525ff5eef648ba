import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { MaestroError } from "../../diagnostics/index.ts";
import { backUp, copyBeside } from "../../store/back-up.ts";
import { atStore } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings } from "../load-workspace.ts";
import { writeLine } from "../write-line.ts";

/**
 * `maestro backup [file]`: a copy of the store as it is at one moment. Whoever owns the store goes on meanwhile: this
 * process reads beside it, and a large store keeps no run waiting.
 */
export async function run(
  io: Io,
  [said]: string[],
  { json }: { readonly json?: boolean },
): Promise<ExitCode> {
  const { file, ...settings } = await loadSettings(io);
  if (!existsSync(file)) throw new MaestroError("MR2054", { file, reason: "there is no store yet" });
  const to = said === undefined ? defaultFor(file) : resolve(io.cwd, said);
  await atStore(
    io,
    { file, ...settings },
    {
      command: "maestro backup",
      // With what was durable when it began: the owner need not be asked.
      there: async () => {
        await backUp({ to, copy: (path) => copyBeside(file, path) });
        return true;
      },
      here: async ({ store }) => {
        await backUp({ to, copy: (path) => store.history.copyTo(path) });
        return true;
      },
    },
  );
  const { size } = statSync(to);
  if (json) io.write(`${JSON.stringify({ file: to, bytes: size })}\n`);
  else writeLine(io, `${to}  ${(size / 1e6).toFixed(1)} MB, checked`);
  return EXIT.ok;
}

function defaultFor(file: string): string {
  const at = new Date().toISOString().slice(0, 23).replaceAll(":", "-");
  return join(dirname(file), "backups", `maestro-${at}.db`);
}
