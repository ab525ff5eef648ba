import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MIGRATIONS } from "../../src/paths.ts";
import { openStore } from "../../src/store/open-store.ts";

const folder = mkdtempSync(join(tmpdir(), "maestro-empty-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
let made: Promise<string> | undefined;

/** A store with nothing in it at `file`: a copy, as making each anew would take longer than what is played in it. */
export async function putEmptyStore(file: string): Promise<void> {
  made ??= make();
  copyFileSync(await made, file);
  // So that no room is laid in each.
  writeFileSync(`${file}.ballast`, "room");
}

async function make(): Promise<string> {
  const file = join(folder, "m.db");
  await (await openStore({ file, durability: "process", migrations: MIGRATIONS })).close();
  return file;
}
