import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { type BackupFacts, inspectBackup, restore } from "../../store/restore.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings } from "../load-workspace.ts";
import { notMeant } from "../not-meant.ts";
import { warnLines, writeLine } from "../write-line.ts";

interface Options {
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `maestro restore <file>`: puts a backup in the store's place, which is kept. Without `--yes` it only looks. */
export async function run(io: Io, [said = ""]: string[], { yes, json }: Options): Promise<ExitCode> {
  const { file } = await loadSettings(io);
  const backup = resolve(io.cwd, said);
  const facts = await inspectBackup(backup);
  if (!yes) {
    warnLines(io, `${backup}: ${toText(facts)}`);
    warnLines(
      io,
      existsSync(file)
        ? `It takes the place of ${file}, which is kept beside it. Whatever was done since the backup is not in it: runs that had not ended then go on from there, and may do things again.`
        : `It becomes ${file}.`,
    );
    warnLines(io, `to restore it: maestro restore ${said} --yes`);
    return notMeant(io, json, `maestro restore ${said}`);
  }
  const kept = await restore({ file, backup, now: Date.now });
  if (json) io.write(`${JSON.stringify({ file, ...facts, kept: kept ?? null })}\n`);
  else {
    writeLine(io, `${file} is restored: ${toText(facts)}`);
    if (kept !== undefined) writeLine(io, `what was there is kept: ${relative(io.cwd, kept)}`);
  }
  return EXIT.ok;
}

function toText({ runs, newest, open }: BackupFacts): string {
  const at = newest && Number.parseInt(newest.slice(4, 16), 16);
  const last = at ? `, the last of them of ${new Date(at).toISOString().slice(0, 16).replace("T", " ")}` : "";
  const unfinished = open === 0 ? "" : `, ${open} of them not ended`;
  return `${runs} ${runs === 1 ? "run" : "runs"}${unfinished}${last}`;
}
