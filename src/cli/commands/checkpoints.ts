import { openHouse } from "../../house.ts";
import { toColors } from "../../support/colors.ts";
import { toVisible } from "../../support/to-visible.ts";
import { allOpenCheckpoints, type OpenCheckpoint } from "../../views/open-checkpoints.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings } from "../load-workspace.ts";
import { sayWaiting } from "./say-waiting.ts";

/** `maestro checkpoints`: what waits for a person, over all runs. */
export async function run(io: Io, _args: string[], { json }: { readonly json?: boolean }): Promise<ExitCode> {
  const settings = await loadSettings(io);
  const onWaiting = sayWaiting(io, settings.file);
  const house = await openHouse({ ...settings, command: "maestro checkpoints", onWaiting });
  try {
    const open = await allOpenCheckpoints(house.store);
    if (json)
      io.write(
        `${JSON.stringify(
          open.map(({ step: _, ...one }) => one),
          null,
          2,
        )}\n`,
      );
    else if (open.length === 0) io.write("no checkpoint is open\n");
    else for (const one of open) io.write(toLines(one, io));
    return EXIT.ok;
  } finally {
    await house.close();
  }
}

function toLines({ run, key, title, show, assignee, until }: OpenCheckpoint, io: Io): string {
  const c = toColors(io.hasColor);
  const facts = [
    assignee === undefined ? "" : `for ${assignee}`,
    until === undefined ? "" : `until ${new Date(until).toISOString().slice(0, 16).replace("T", " ")}`,
  ].filter(Boolean);
  const shown = show === null ? "" : `\n  ${toVisible(JSON.stringify(show).slice(0, 400))}`;
  return `${c.bold(toVisible(title))}  ${c.dim(facts.join(", "))}${shown}\n  maestro decide ${run} ${key}\n`;
}
