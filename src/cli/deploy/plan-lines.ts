import type { Diagnostic } from "../../diagnostics/index.ts";
import type { DeployPlan, PlannedOrchestra } from "../../operations/plan-deploy.ts";
import type { AffectedRun } from "../../operations/run-effects.ts";
import { effectiveOrchestra, toSourceText } from "../../plan/index.ts";
import type { Colors } from "../../support/colors.ts";
import { toInstantText } from "../../support/instant-text.ts";
import { toUsd } from "../../support/money.ts";
import { toVisible } from "../../support/to-visible.ts";
import type { CostForecast, OrchestraForecast } from "../../views/orchestra-forecast.ts";
import type { CheckedPlan } from "./make-plan.ts";

const LABEL_WIDTH = 18;
/** Runs that are named one by one; of more, how many there are. */
const MOST_RUNS = 5;

/** A plan of changes for people. */
export function* planLines(
  { orchestras, findings, costs }: CheckedPlan,
  c: Colors,
  toText: (found: Diagnostic) => string,
): Generator<string> {
  for (const one of orchestras) if (isShown(one)) yield* orchestraLines(one, costs.get(one.id), c);
  for (const found of findings) yield* `${toText(found)}\n`.split("\n");
  yield summaryOf(orchestras);
}

/** What changes, and what stays as it is with runs that do not. */
function isShown({ is, runs }: PlannedOrchestra): boolean {
  return is !== "same" || runs.some(({ effect }) => effect !== "same");
}

export function summaryOf(orchestras: DeployPlan["orchestras"]): string {
  const count = (...kinds: PlannedOrchestra["is"][]) =>
    orchestras.filter(({ is }) => kinds.includes(is)).length;
  const [created, changed, destroyed] = [
    count("create", "replace"),
    count("change"),
    count("destroy", "replace"),
  ];
  const same = count("same");
  if (created + changed + destroyed === 0)
    return `no changes: ${same === 1 ? "1 orchestra is" : `${same} orchestras are`} as the files say`;
  return `${created} to create, ${changed} to change, ${destroyed} to destroy, ${same} as they are`;
}

function* orchestraLines(
  one: PlannedOrchestra,
  forecast: OrchestraForecast | undefined,
  c: Colors,
): Generator<string> {
  const sign = signOf(one, c);
  if (one.is === "replace")
    yield `${c.red("-")}/${c.green("+")} ${one.id}  it plays another score: destroyed, and created anew`;
  else
    yield `${sign} ${one.id}${one.is === "destroy" ? "  no file defines it any more; its history stays" : ""}`;
  if (one.is !== "destroy") yield* fieldLines(one, c);
  yield* instantLines(one);
  if (forecast) yield* costLines(forecast);
  yield* runLines(one, c);
  for (const { secret, source, problem } of one.secrets)
    yield row(
      "secret",
      `${secret} from ${toSourceText(source)}: ${problem === undefined ? "present" : c.red(problem)}`,
    );
  for (const { field, value, who, why } of one.overrides)
    yield row(
      "stays as set",
      `${field} ${value} by ${toVisible(who)}${why === null ? "" : `: ${toVisible(why)}`}`,
    );
  if (one.is === "create" || one.is === "replace") yield row("begins", "disabled");
  yield "";
}

function signOf({ is }: PlannedOrchestra, c: Colors): string {
  if (is === "create") return c.green("+");
  if (is === "same") return " ";
  return is === "destroy" ? c.red("-") : c.yellow("~");
}

function* fieldLines({ is, fields, deployment }: PlannedOrchestra, c: Colors): Generator<string> {
  for (const { path, from, to } of fields) {
    const [old, now] = [from, to].map((text) => (text === undefined ? undefined : toVisible(text)));
    if (is === "create") yield row(path, now ?? "");
    else if (old === undefined) yield row(path, c.green(now ?? ""));
    else yield row(path, `${old} → ${now ?? c.red("not said any more")}`);
  }
  const { from, to } = deployment;
  if (from === undefined || to === undefined || from === to) return;
  yield row("code", `${from.slice(0, 12)} → ${to.slice(0, 12)}`);
}

function* instantLines({ before, after, instants, overrides }: PlannedOrchestra): Generator<string> {
  const zone = (plan: typeof before) =>
    (plan && effectiveOrchestra(plan, overrides).plan.schedule?.timezone) ?? "Etc/UTC";
  const text = (times: readonly number[], timezone: string) =>
    times.length === 0
      ? "none"
      : `${times.map((at) => toInstantText(at, timezone)).join(", ")} (${timezone})`;
  const [old, now] = [text(instants.before, zone(before)), text(instants.after, zone(after))];
  if (instants.before.length + instants.after.length === 0) return;
  if (!before || old === now) yield row("next instants", now);
  else {
    yield row("next until now", old);
    yield row("next from then on", now);
  }
}

function* costLines({ perRun, perMonth, history: { runs, unpriced } }: OrchestraForecast): Generator<string> {
  const text = ({ boundMicroUsd, p50MicroUsd, p95MicroUsd }: CostForecast) => {
    const most = boundMicroUsd === null ? "no end to it" : `at most ${toUsd(boundMicroUsd)}`;
    if (p50MicroUsd === undefined || p95MicroUsd === undefined) return most;
    return `${most}; as runs so far, ${toUsd(p50MicroUsd)} (p50) to ${toUsd(p95MicroUsd)} (p95)`;
  };
  yield row("cost of a run", text(perRun));
  if (perMonth) yield row("of 30 days", `${text(perMonth)}, with ${counted(perMonth.runs)}`);
  if (runs > 0) {
    const some = unpriced > 0 ? `, ${unpriced} of them with calls that have no price` : "";
    yield row("", `from the last ${runs === 1 ? "run" : `${runs} runs`} of its score${some}`);
  }
}

function counted(runs: number): string {
  return `${runs} ${runs === 1 ? "run" : "runs"}`;
}

function* runLines({ runs }: PlannedOrchestra, c: Colors): Generator<string> {
  const byEffect = Map.groupBy(runs, ({ status, effect }) => `${status}: ${effect}`);
  for (const [text, those] of byEffect) {
    const all = `${counted(those.length)} ${text}`;
    yield row("runs", colorOf(those[0]!, c)(all));
    for (const { id, why } of those.slice(0, MOST_RUNS)) {
      if (why.length === 0) continue;
      yield row("", id);
      for (const one of why.slice(0, MOST_RUNS)) yield row("", `  ${toVisible(one)}`);
    }
  }
}

function colorOf({ effect }: AffectedRun, c: Colors): (text: string) => string {
  switch (effect) {
    case "same":
    case "compatible":
      return c.green;
    case "needs mapping":
      return c.yellow;
    case "must finish on the old one":
      return c.red;
    default:
      return effect satisfies never;
  }
}

function row(label: string, text: string): string {
  return `    ${label.padEnd(LABEL_WIDTH)} ${text}`.trimEnd();
}
