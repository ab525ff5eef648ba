import { parseStored } from "../store/parse-stored.ts";
import type { RunRow } from "../store/store.ts";
import type { Ending } from "./take-moves.ts";

/** How a run has ended, from its row; `undefined` while it has not. */
export function endingOf({ id, status, output, error, reason }: RunRow): Ending | undefined {
  const parse = (json: string) => parseStored(json, `run ${id}`);
  if (status === "completed") return { is: "completed", output: output === null ? null : parse(output) };
  if (status === "failed") {
    const { step, ...why } = parse(error ?? "{}") as {
      readonly step?: string;
      readonly message: string;
    };
    return { is: "failed", step, error: why };
  }
  if (status !== "cancelled") return undefined;
  const { by = "", cancelled } = JSON.parse(reason ?? "{}") as {
    readonly by?: string;
    readonly cancelled?: string;
  };
  return { is: "cancelled", by, reason: cancelled };
}
