import type { RunRow } from "../../store/store.ts";
import { toVisible } from "../../support/to-visible.ts";
import type { heldBy } from "../../views/held-by.ts";

/** Says who holds a run, and how it goes on. */
export function heldLine(
  { id }: Pick<RunRow, "id">,
  { by, reason }: NonNullable<ReturnType<typeof heldBy>>,
): string {
  const why = reason === undefined ? "" : `: ${toVisible(reason)}`;
  return `${id} is paused by ${toVisible(by)}${why}; go on with: maestro resume ${id}`;
}
