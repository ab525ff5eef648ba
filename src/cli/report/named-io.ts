import { toColors } from "../../support/colors.ts";
import type { Io } from "../io.ts";
import type { Showing } from "../stage.ts";

/** `io` for one run of several: each line says which it is of. What programs read stays as it is. */
export function namedIo(io: Io, run: string, { json, quiet }: Showing): Io {
  const name = toColors(io.hasColor).dim(run);
  const named = (text: string) => text.replace(/^(?=.)/gm, `${name}  `);
  return {
    ...io,
    write: json || quiet ? io.write : (text) => io.write(named(text)),
    warn: (line) => io.warn(named(line)),
  };
}
