import { type Colors, toColors } from "../../support/colors.ts";
import { toReadable } from "../../support/duration.ts";
import { toUsd } from "../../support/money.ts";
import { toVisible } from "../../support/to-visible.ts";
import type { Compared, ComparisonSums, ModelComparisons } from "../../views/model-comparisons.ts";
import { askStore } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings } from "../load-workspace.ts";
import { knownModels } from "../models/known-models.ts";
import { modelNamed } from "../models/model-named.ts";
import { UsageError } from "../usage-error.ts";
import { writeLine } from "../write-line.ts";

const SHOWN = 10;
const MOST = 10_000;

interface Options {
  readonly limit: string;
  readonly json?: boolean;
}

/** `maestro models compare <model>`: how its shadow did beside what runs were given. */
export async function run(io: Io, [name = ""]: string[], { limit, json }: Options): Promise<ExitCode> {
  const most = /^\d{1,5}$/.test(limit) ? Number(limit) : 0;
  if (most < 1 || most > MOST) throw new UsageError(`--limit ${limit} is no whole number from 1 to ${MOST}.`);
  const settings = await loadSettings(io);
  const model = modelNamed(name, await knownModels(io), settings);
  const request = { op: "compareModel", model, limit: most } as const;
  const found = await askStore(io, settings, { command: "maestro models compare", request });
  if (json) io.write(`${JSON.stringify(found, null, 2)}\n`);
  else for (const line of toLines(found, toColors(io.hasColor))) writeLine(io, line);
  return EXIT.ok;
}

function* toLines({ model, flag, sums, rows }: ModelComparisons, c: Colors): Generator<string> {
  if (sums.count === 0) {
    yield flag?.stage === "shadow"
      ? `nothing was compared with ${toVisible(model)} yet`
      : `nothing was compared with ${toVisible(model)}: begin with maestro models flag ${model} shadow`;
    return;
  }
  yield* sumLines(model, sums);
  for (const row of rows.slice(0, SHOWN)) yield rowLine(row, c);
}

function* sumLines(model: string, sums: ComparisonSums): Generator<string> {
  const { count, outcomes, both, alike, fields, equal, judged } = sums;
  const { answered, unfit, failed, stopped } = outcomes;
  const others = [
    [unfit, "did not fit"],
    [failed, "failed"],
    [stopped, "were stopped"],
  ] as const;
  const wrong = others.filter(([n]) => n > 0).map(([n, what]) => `, ${n} ${what}`);
  yield `${toVisible(model)}: ${answered} of ${count} answered with what fits${wrong.join("")}`;
  if (both === 0) return;
  yield `  equal   ${alike} of ${both} outputs, ${equal} of ${fields} fields`;
  if (judged > 0)
    yield `  judged  ${scoreOf(sums.shadowScore)} on average, the present ones ${scoreOf(sums.presentScore)} (${judged} of both)`;
  yield `  time    p50 ${toReadable(sums.shadowMs ?? 0)}, the present ones ${toReadable(sums.presentMs ?? 0)}`;
  yield `  cost    ${costOf(sums.shadowMicroUsd)}, the present ones ${costOf(sums.presentMicroUsd)}`;
}

function rowLine(
  { runId, step, agent, outcome, equal, fields, differing, problem }: Compared,
  c: Colors,
): string {
  const what = fields === null ? outcome : `${equal} of ${fields} fields equal`;
  const why = problem ?? (differing.length > 0 ? `differs at ${differing.slice(0, 3).join(", ")}` : "");
  return c.dim(
    `  ${runId}  ${toVisible(step)} (${toVisible(agent)})  ${what}${why && `  ${toVisible(why)}`}`,
  );
}

function scoreOf(score: number | null): string {
  return score === null ? "–" : score.toFixed(2);
}

function costOf(microUsd: number | null): string {
  return microUsd === null ? "unknown" : toUsd(microUsd);
}
