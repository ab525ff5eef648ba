import type { ScoreCode } from "../../compile/diff/code-parts.ts";
import { findRenames } from "../../compile/diff/find-renames.ts";
import type { Compilation } from "../../compile/index.ts";
import type { Plan } from "../../plan/index.ts";
import type { MovedRun } from "./moved-run.ts";
import { runRules } from "./run-rules.ts";

/** What the files say, and what is known of code. */
export interface Knowing {
  readonly compilation: Pick<Compilation, "scores" | "orchestras">;
  /** What the code of a deployment is made of; `undefined` where nobody has it. */
  readonly codeOf: (hash: string) => Promise<ScoreCode | undefined>;
}

type Known = Pick<MovedRun, "before" | "after" | "migration" | "report"> & {
  /** The deployment that the run has. */
  readonly from: string;
};

/** MS50xx: what going on with other code means for one run. */
export async function checkMove({ from, ...known }: Known, { compilation, codeOf }: Knowing): Promise<void> {
  const { before, after } = known;
  const codes = { before: await codeOf(from), after: await codeOf(after.hash) };
  const runs = (code: ScoreCode | undefined) => (node: string) => code?.nodes.get(node)?.runs;
  const [was, is] = [runs(codes.before), runs(codes.after)];
  const scopes = { before: toScope(before), after: toScope(after.plan) };
  const run: MovedRun = {
    ...known,
    renames: findRenames(scopes, new Map(), { before: was, after: is }),
    isOtherCode: (node) => was(node) !== undefined && is(node) !== undefined && was(node) !== is(node),
    callers: callersOf(after.plan.score, compilation),
  };
  for (const rule of runRules) rule(run);
}

function toScope({ body }: Plan) {
  return { body, prefix: "", parent: undefined };
}

/** The other scores, and the orchestras, that begin runs of a score. */
function callersOf(id: string, { scores, orchestras }: Knowing["compilation"]): MovedRun["callers"] {
  return [
    ...orchestras
      .filter(({ score }) => score === id)
      .map((one) => ({ sites: one.sites, path: ["input"], label: `"${one.id}" gives it here` })),
    ...scores.flatMap(({ id: other, plan, sites }) =>
      Object.entries(plan.body.nodes)
        .filter(([, node]) => node.kind === "score" && node.score === id)
        .map(([name]) => ({
          sites: sites[name] ?? [],
          path: ["input"],
          label: `score "${other}" plays it here`,
        })),
    ),
  ];
}
