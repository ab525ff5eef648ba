import { toColors } from "../../support/colors.ts";
import { nearest } from "../../support/nearest.ts";
import { toVisible } from "../../support/to-visible.ts";
import { askStore } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings } from "../load-workspace.ts";
import { knownModels } from "../models/known-models.ts";
import { UsageError } from "../usage-error.ts";
import { writeLine } from "../write-line.ts";

/** `maestro models revisions <agent>`: the revisions of an agent that are kept, and what flags say of them. */
export async function revisions(
  io: Io,
  [agent = ""]: string[],
  { json }: { readonly json?: boolean },
): Promise<ExitCode> {
  const settings = await loadSettings(io);
  const found = await askStore(io, settings, {
    command: "maestro models revisions",
    request: { op: "agentRevisions", agent },
  });
  if (found.length === 0) await checkAgent(io, agent);
  const c = toColors(io.hasColor);
  if (json) io.write(`${JSON.stringify(found, null, 2)}\n`);
  else if (found.length === 0)
    writeLine(
      io,
      `no revision of ${toVisible(agent)} is kept yet; keep one with: maestro run <score> --rehearse`,
    );
  else
    for (const { name, model, score, since, stage } of found) {
      const day = new Date(since).toISOString().slice(0, 10);
      writeLine(
        io,
        `${toVisible(name)}  ${stage === null ? c.dim("no flag") : c.cyan(stage)}  ${toVisible(model)}  ${c.dim(`since ${day}, in score ${toVisible(score)}`)}`,
      );
    }
  return EXIT.ok;
}

/** One that is neither kept nor in the workspace is a typing error. */
async function checkAgent(io: Io, agent: string): Promise<void> {
  const { models } = await knownModels(io);
  const ids = [...new Set(models.flatMap((one) => one.agents))];
  if (ids.includes(agent)) return;
  const guess = nearest(agent, ids);
  throw new UsageError(
    `There is no agent "${agent}" in the workspace${ids.length > 0 ? ` (there are: ${ids.join(", ")})` : ""}, and no revision of one is kept.`,
    guess && `did you mean "${guess}"?`,
  );
}
