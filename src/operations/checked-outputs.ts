import { MaestroError } from "../diagnostics/index.ts";
import { outputCheck, type Playable } from "../engine/index.ts";
import type { PlanNode } from "../plan/index.ts";
import { nearest } from "../support/nearest.ts";

/** Kinds whose output follows from what they read. */
const COMPUTED: ReadonlySet<PlanNode["kind"]> = new Set<PlanNode["kind"]>([
  "branch",
  "switchOn",
  "text",
  "oneOf",
  "derive",
]);

/**
 * Outputs that a run is to begin with, by the names of the score's own nodes, as the nodes' schemas give them back.
 * @throws MaestroError MR2040 for what is no node, MR2041 for an output that does not fit, MR2042 for a node that keeps none
 */
export async function checkedOutputs(
  playable: Playable,
  have: Readonly<Record<string, unknown>>,
): Promise<ReadonlyMap<string, unknown>> {
  const { plan, graph } = playable;
  const given = new Map<string, unknown>();
  for (const [name, output] of Object.entries(have)) {
    const node = graph.nodes.find((one) => !one.hidden && one.name === name);
    if (!node) {
      const names = graph.nodes
        .filter((one) => !one.hidden && !COMPUTED.has(one.plan.kind))
        .map((one) => one.name);
      throw new MaestroError("MR2040", { score: plan.score, node: name, names, guess: nearest(name, names) });
    }
    const { kind } = node.plan;
    if (COMPUTED.has(kind)) throw new MaestroError("MR2042", { node: name, kind });
    given.set(name, await checkedOutput(name, output, playable));
  }
  return given;
}

async function checkedOutput(name: string, output: unknown, playable: Playable): Promise<unknown> {
  const check = outputCheck(playable.plan.body.nodes[name]!, playable);
  const checked = check ? await check(output) : { value: output };
  if ("problems" in checked) throw new MaestroError("MR2041", { node: name, problems: checked.problems });
  const text = JSON.stringify(checked.value ?? null);
  if (text === undefined)
    throw new MaestroError("MR2041", { node: name, problems: [{ path: "", detail: "it is no JSON" }] });
  return JSON.parse(text);
}
