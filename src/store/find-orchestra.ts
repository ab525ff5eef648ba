import { MaestroError } from "../diagnostics/index.ts";
import { nearest } from "../support/nearest.ts";
import type { OrchestraRow } from "./orchestra-store.ts";
import type { Store } from "./store.ts";

/**
 * The orchestra with this id that is deployed.
 * @throws MaestroError MR2061 when there is none, with a guess
 */
export async function findOrchestra({ orchestras }: Store, id: string): Promise<OrchestraRow> {
  const row = await orchestras.find(id);
  if (row?.destroyedAt === null) return row;
  const known = (await orchestras.list()).map((one) => one.id);
  throw new MaestroError("MR2061", {
    orchestra: id,
    known,
    guess: nearest(id, known),
    destroyed: row !== undefined,
  });
}
