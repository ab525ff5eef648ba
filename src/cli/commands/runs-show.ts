import type { RunSource, Shortage } from "../../engine/index.ts";
import type { ControlResults } from "../../services/perform-request.ts";
import { type Colors, toColors } from "../../support/colors.ts";
import { toReadable } from "../../support/duration.ts";
import { toVisible } from "../../support/to-visible.ts";
import { toLearningText } from "../../views/closest-learnings.ts";
import type { RunOrigin } from "../../views/run-detail.ts";
import { explainSource, toSourceText } from "../../views/source-text.ts";
import { toWaitingText } from "../../views/waiting-text.ts";
import { askStore } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadLastSettings } from "../load-last-settings.ts";
import { withGaps } from "../report/with-gaps.ts";
import { writeLine } from "../write-line.ts";
import { shown } from "./runs.ts";
import { brief, stepLines } from "./step-lines.ts";

/** `maestro runs show <run>`: everything about one run. */
export async function run(
  io: Io,
  [prefix = ""]: string[],
  options: { readonly output?: boolean; readonly json?: boolean },
): Promise<ExitCode> {
  const settings = await loadLastSettings(io);
  const detail = await askStore(io, settings, {
    command: "maestro runs show",
    request: { op: "show", run: prefix },
  });
  if (options.output) io.write(`${JSON.stringify(detail.output, null, 2)}\n`);
  else if (options.json) io.write(`${JSON.stringify(detail, null, 2)}\n`);
  else for (const line of toLines(detail, toColors(io.hasColor))) writeLine(io, line);
  return EXIT.ok;
}

function* toLines(
  {
    run: row,
    input,
    output,
    error,
    reason,
    origin,
    migrations,
    steps,
    waiting,
    gaps,
    logs,
    phases,
    audit,
    learnings,
    isPlayed,
  }: ControlResults["show"],
  c: Colors,
): Generator<string> {
  yield `${c.bold(row.score)}  ${row.id}  ${shown({ ...row, reason, isPlayed }, c)}`;
  yield `  begun     ${new Date(row.createdAt).toISOString()}`;
  if (row.endedAt !== null) yield `  took      ${toReadable(row.endedAt - (row.startedAt ?? row.createdAt))}`;
  yield `  code      ${row.deployment.slice(0, 12)}`;
  if (origin) yield `  after     ${toText(origin)}`;
  for (const { at, from, to, by } of migrations)
    yield `  migrated  ${from.slice(0, 12)} → ${to.slice(0, 12)}  by ${toVisible(by)}  ${new Date(at).toISOString()}`;
  for (const { at, who, origin, action } of audit)
    yield `  ${action.padEnd(9)} by ${toVisible(who)} (${origin})  ${new Date(at).toISOString()}`;
  if (row.source !== null) yield `  source    ${c.yellow(toSource(JSON.parse(row.source) as RunSource))}`;
  yield `  input     ${brief(input)}`;
  if (error)
    yield `  ${c.red("error")}     ${error.step ? `step "${toVisible(error.step)}": ` : ""}${toVisible(error.message)}`;
  if (row.priority !== 0) yield `  priority  ${row.priority}`;
  const { waitsFor } = Object(reason) as { readonly waitsFor?: readonly Shortage[] };
  if (waitsFor) yield `  waits     for ${toWaitingText(waitsFor)}`;
  // Of a completed run it holds the gaps, which follow.
  else if (reason && row.status !== "completed") yield `  reason    ${brief(reason)}`;
  if (phases.length > 0)
    yield `  phases    ${phases.map(({ name, ended, nodes }) => `${name} ${ended}/${nodes}`).join(" → ")}`;
  yield "";
  yield* stepLines(steps, c, row.endedAt !== null);
  for (const step of waiting)
    yield `  ${c.yellow("…")} ${step.key.padEnd(28)} waits for ${toWaitingText(step.waitsFor)}`;
  for (const [step, known] of Object.entries(learnings)) {
    yield "";
    yield `  known of ${toVisible(step)}`;
    for (const one of known) yield `    #${one.id}  ${toVisible(toLearningText(one))}`;
  }
  if (gaps.length > 0) {
    yield "";
    yield `  ${c.yellow(withGaps(gaps).replace("completed ", ""))}, to be looked at`;
    for (const { step, error: why } of gaps)
      yield `    ${step.padEnd(26)} ${toVisible(why ?? "not decided in time")}`;
  }
  if (logs.length > 0) {
    yield "";
    for (const { step, message, data } of logs)
      yield `  · ${toVisible(step ?? "")}  ${toVisible(message)}${data === undefined ? "" : ` ${brief(data)}`}`;
  }
  if (row.status === "completed") {
    yield "";
    yield `  output    ${brief(output)}`;
  }
}

function toSource(source: RunSource): string {
  const { is } = source;
  const which = is === "rehearsal" ? `, seed ${source.seed}` : is === "cassette" ? ` ${source.file}` : "";
  return `${toSourceText(is)}${which}: ${explainSource(is)}`;
}

function toText({ of, edited, by, from, to }: RunOrigin): string {
  const parts = [
    of,
    edited ? `edited${by ? ` by ${by}` : ""}: ${edited.join(", ")}` : "",
    from && to ? `with other code: ${from.slice(0, 12)} → ${to.slice(0, 12)}` : "",
  ];
  return parts.filter(Boolean).join("  ");
}
