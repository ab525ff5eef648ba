import type { Plan } from "../../plan/index.ts";
import { compileForGraph } from "../compile-score.ts";
import { toSvg } from "../draw/svg/to-svg.ts";
import { toAscii } from "../draw/to-ascii.ts";
import { toDrawing } from "../draw/to-drawing.ts";
import { toMermaid } from "../draw/to-mermaid.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";

type Format = "ascii" | "mermaid" | "svg" | "json";

/** `maestro graph <score>`: draws what a score plays, and why in this order. */
export async function run(
  io: Io,
  [score = ""]: string[],
  { format = "ascii" }: { readonly format?: Format },
): Promise<ExitCode> {
  io.write(await drawPlan(await compileForGraph(io, score), format));
  return EXIT.ok;
}

/** `plan` in `format`, ending with a line break. */
async function drawPlan(plan: Plan, format: Format): Promise<string> {
  switch (format) {
    case "ascii":
      return toAscii(plan);
    case "mermaid":
      return toMermaid(plan);
    case "svg":
      return toSvg(plan);
    case "json":
      return `${JSON.stringify(toGraphJson(plan), null, 2)}\n`;
    default:
      return format satisfies never;
  }
}

/** What programs read: nodes by name, and edges between names. */
function toGraphJson(plan: Plan) {
  const { policies, nodes, edges } = toDrawing(plan);
  return { ...(policies ? { policies } : {}), nodes: nodes.map(({ label: _, ...node }) => node), edges };
}
