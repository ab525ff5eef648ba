import { GATES, type Gate } from "../../players/models/gates/figures.ts";
import { toVisible } from "../../support/to-visible.ts";
import type { Io } from "../io.ts";
import { warnLines } from "../write-line.ts";

/** How far the test of a model is: a line that changes on a terminal, elsewhere one for each gate. */
export function toProgress(io: Io, { model, isJson }: { readonly model: string; readonly isJson: boolean }) {
  const isLive = io.isTerminal && !isJson;
  let last: Gate | undefined;
  return {
    show(gate: Gate, done: number, of: number): void {
      const line = `${toVisible(model)}: gate ${GATES.indexOf(gate) + 1} of ${GATES.length}, ${gate}`;
      if (isLive) io.write(`\r\u001b[K${line}, ${done} of ${of}`);
      else if (gate !== last) warnLines(io, line);
      last = gate;
    },
    end(): void {
      if (isLive) io.write("\r\u001b[K");
    },
  };
}
