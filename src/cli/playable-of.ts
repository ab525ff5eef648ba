import { join } from "node:path";
import { MaestroError } from "../diagnostics/index.ts";
import { type Playable, playableIn } from "../engine/index.ts";
import type { RunRow, Store } from "../store/store.ts";
import { keepFile, loadCode } from "./load-code.ts";

/** A run keeps the code it started with: the store has it. */
export async function playableOf(
  row: Pick<RunRow, "id" | "score" | "deployment">,
  { store }: { readonly store: Store },
  root: string,
  load = loadCode,
): Promise<Playable> {
  const kept = await store.deployment(row.deployment);
  if (!kept?.code) throw new MaestroError("MR2007", { run: row.id, deployment: row.deployment });
  const codeFile = join(root, ".maestro/cache/code", `${kept.hash}.mjs`);
  keepFile(codeFile, kept.code);
  const playable = await load({ hash: kept.hash, plan: kept.plan, codeFile });
  // A run that is part of another one has that one's code.
  return playableIn(playable, row.score) ?? playable;
}
