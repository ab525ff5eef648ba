import { toColors } from "../../support/colors.ts";
import { toVisible } from "../../support/to-visible.ts";
import type { OpenCheckpoint } from "../../views/open-checkpoints.ts";
import { askStore } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadLastSettings } from "../load-last-settings.ts";
import { writeLine } from "../write-line.ts";

/** `maestro checkpoints`: what waits for a person, over all runs. */
export async function run(io: Io, _args: string[], { json }: { readonly json?: boolean }): Promise<ExitCode> {
  const open = await askStore(io, await loadLastSettings(io), {
    command: "maestro checkpoints",
    request: { op: "checkpoints" },
  });
  if (json) io.write(`${JSON.stringify(open, null, 2)}\n`);
  else if (open.length === 0) io.write("no checkpoint is open\n");
  else for (const one of open) for (const line of toLines(one, io)) writeLine(io, line);
  return EXIT.ok;
}

function* toLines(
  { run, key, title, show, assignee, until }: Omit<OpenCheckpoint, "step">,
  io: Io,
): Generator<string> {
  const c = toColors(io.hasColor);
  const facts = [
    assignee === undefined ? "" : `for ${assignee}`,
    until === undefined ? "" : `until ${new Date(until).toISOString().slice(0, 16).replace("T", " ")}`,
  ].filter(Boolean);
  yield `${c.bold(toVisible(title))}  ${c.dim(facts.join(", "))}`;
  if (show !== null) yield `  ${toVisible(JSON.stringify(show).slice(0, 400))}`;
  yield `  maestro decide ${run} ${key}`;
}
