import type { ScoreCode } from "../../compile/diff/code-parts.ts";
import { findRenames } from "../../compile/diff/find-renames.ts";
import type { Compilation, CompiledScore } from "../../compile/index.ts";
import type { Finding } from "../../define/finding.ts";
import type { Playable } from "../../engine/index.ts";
import type { Plan } from "../../plan/index.ts";
import type { OrchestraChange } from "../deploy-changes.ts";
import type { LiveRun } from "../run-effects.ts";
import type { MovedRun, RunFinding } from "./moved-run.ts";
import { newerPlan } from "./newer-plan.ts";
import { orchestraRules } from "./orchestra-rules.ts";
import { runRules } from "./run-rules.ts";

/** One orchestra that a deploy changes, with its runs that have not ended. */
export interface LiveChange {
  readonly change: OrchestraChange;
  /** Does its schedule begin runs now? */
  readonly isEnabled: boolean;
  readonly live: readonly LiveRun[];
  /** The score that they would be moved to, where there is one. */
  readonly playable: Playable | undefined;
  /** The plan that it was deployed with. */
  readonly deployed: Plan | undefined;
}

interface Holding {
  readonly compilation: Compilation;
  readonly changes: readonly LiveChange[];
  /** What the code of a deployment is made of; `undefined` where nobody has it. */
  readonly codeOf: (hash: string) => Promise<ScoreCode | undefined>;
}

/**
 * MS50xx and MS4012: what a deploy means for what is under way. Each is told once for all runs that it is about. How much
 * it counts where runs stay as they are, is for `weigh` to say.
 */
export async function deployFindings(finding: Holding): Promise<Finding[]> {
  const { compilation, changes } = finding;
  const found = new Found(compilation);
  for (const change of changes) {
    for (const rule of [...orchestraRules, newerPlan]) rule(change, compilation, found.add);
    const { live, playable } = change;
    for (const { row, migration } of live) {
      const before = migration?.before;
      if (!migration || !before || !playable || before.score !== playable.plan.score) continue;
      const report = (one: RunFinding) => found.addFor(playable.plan.score, row.id, one);
      const run = await toMovedRun({ before, after: playable, migration, report }, finding);
      for (const rule of runRules) rule(run);
    }
  }
  return found.all();
}

type Known = Pick<MovedRun, "before" | "after" | "migration" | "report">;

async function toMovedRun(known: Known, { compilation, codeOf }: Holding): Promise<MovedRun> {
  const { before, after, migration } = known;
  const codes = { before: await codeOf(migration.row.deployment), after: await codeOf(after.hash) };
  const runs = (code: ScoreCode | undefined) => (node: string) => code?.nodes.get(node)?.runs;
  const [was, is] = [runs(codes.before), runs(codes.after)];
  const scopes = { before: toScope(before), after: toScope(after.plan) };
  return {
    ...known,
    renames: findRenames(scopes, new Map(), { before: was, after: is }),
    isOtherCode: (node) => was(node) !== undefined && is(node) !== undefined && was(node) !== is(node),
    callers: callersOf(after.plan.score, compilation),
  };
}

function toScope({ body }: Plan) {
  return { body, prefix: "", parent: undefined };
}

/** The other scores, and the orchestras, that begin runs of a score. */
function callersOf(id: string, { scores, orchestras }: Compilation): MovedRun["callers"] {
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

/** The findings, each once, with the runs that it is about. */
class Found {
  readonly #scores: ReadonlyMap<string, CompiledScore>;
  readonly #found = new Map<
    string,
    { readonly runs: Set<string>; readonly make: (runs: string[]) => Finding }
  >();

  constructor({ scores }: Compilation) {
    this.#scores = new Map(scores.map((score) => [score.id, score]));
  }

  readonly add = (finding: Finding): void => {
    this.#found.set(JSON.stringify([finding.code, finding.facts]), { runs: new Set(), make: () => finding });
  };

  addFor(score: string, run: string, { code, facts, node, path, others }: RunFinding): void {
    const key = JSON.stringify([code, score, facts, node]);
    const known = this.#found.get(key);
    if (known) return void known.runs.add(run);
    const compiled = this.#scores.get(score);
    const make = (runs: string[]) =>
      ({
        code,
        facts: { score, runs, ...facts },
        ...placeOf(compiled, node, path),
        ...(others ? { others } : {}),
        subject: node === undefined ? score : `${score}.${node}`,
      }) as unknown as Finding;
    this.#found.set(key, { runs: new Set([run]), make });
  }

  all(): Finding[] {
    return [...this.#found.values()].map(({ runs, make }) => make([...runs].sort()));
  }
}

/** Where a schema stands that is not written at its node, the finding is there. */
function placeOf(
  score: CompiledScore | undefined,
  node: string | undefined,
  path: RunFinding["path"],
): Pick<Finding, "sites" | "path"> {
  const { sites = {}, definitions = {} } = score ?? {};
  const [option] = path ?? [];
  if (node === undefined && option === "input" && definitions[""])
    return { sites: definitions[""], path: [0] };
  if (node === undefined) return { sites: sites[""] ?? [], ...(path ? { path } : {}) };
  const defined = option === "output" || option === "decision" ? definitions[node] : undefined;
  const [first = ""] = node.split("/", 1);
  return { sites: defined ?? sites[node] ?? sites[first] ?? sites[""] ?? [], ...(path ? { path } : {}) };
}
