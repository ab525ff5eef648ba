import type { Shortage, StepCost } from "../../engine/index.ts";
import { partKeyOf, toKeyText } from "../../plan/index.ts";
import type { ControlResults } from "../../services/perform-request.ts";
import { type Colors, toColors } from "../../support/colors.ts";
import { toReadable } from "../../support/duration.ts";
import { toCostText } from "../../support/money.ts";
import type { RunOrigin, StepDetail } from "../../views/run-detail.ts";
import { toWaitingText } from "../../views/waiting-text.ts";
import { askStore } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings } from "../load-workspace.ts";
import { shown } from "./runs.ts";

const MOST_ITEMS = 12;

/** `maestro runs show <run>`: everything about one run. */
export async function run(
  io: Io,
  [prefix = ""]: string[],
  options: { readonly output?: boolean; readonly json?: boolean },
): Promise<ExitCode> {
  const settings = await loadSettings(io);
  const detail = await askStore(io, settings, {
    command: "maestro runs show",
    request: { op: "show", run: prefix },
  });
  if (options.output) io.write(`${JSON.stringify(detail.output, null, 2)}\n`);
  else if (options.json) io.write(`${JSON.stringify(detail, null, 2)}\n`);
  else for (const line of toLines(detail, toColors(io.hasColor))) io.write(`${line}\n`);
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
    logs,
    isPlayed,
  }: ControlResults["show"],
  c: Colors,
): Generator<string> {
  yield `${c.bold(row.score)}  ${row.id}  ${shown({ ...row, isPlayed }, c)}`;
  yield `  begun     ${new Date(row.createdAt).toISOString()}`;
  if (row.endedAt !== null) yield `  took      ${toReadable(row.endedAt - (row.startedAt ?? row.createdAt))}`;
  yield `  code      ${row.deployment.slice(0, 12)}`;
  if (origin) yield `  after     ${toText(origin)}`;
  for (const { at, from, to, by } of migrations)
    yield `  migrated  ${from.slice(0, 12)} → ${to.slice(0, 12)}  by ${by}  ${new Date(at).toISOString()}`;
  yield `  input     ${brief(input)}`;
  if (error) yield `  ${c.red("error")}     ${error.step ? `step "${error.step}": ` : ""}${error.message}`;
  if (row.priority !== 0) yield `  priority  ${row.priority}`;
  const { waitsFor } = Object(reason) as { readonly waitsFor?: readonly Shortage[] };
  if (waitsFor) yield `  waits     for ${toWaitingText(waitsFor)}`;
  else if (reason) yield `  reason    ${brief(reason)}`;
  yield "";
  yield* stepLines(steps, c);
  for (const step of waiting)
    yield `  ${c.yellow("…")} ${step.key.padEnd(28)} waits for ${toWaitingText(step.waitsFor)}`;
  if (logs.length > 0) {
    yield "";
    for (const { step, message, data } of logs)
      yield `  · ${step ?? ""}  ${message}${data === undefined ? "" : ` ${brief(data)}`}`;
  }
  if (row.status === "completed") {
    yield "";
    yield `  output    ${brief(output)}`;
  }
}

function toText({ of, edited, by, from, to }: RunOrigin): string {
  const parts = [
    of,
    edited ? `edited${by ? ` by ${by}` : ""}: ${edited.join(", ")}` : "",
    from && to ? `with other code: ${from.slice(0, 12)} → ${to.slice(0, 12)}` : "",
  ];
  return parts.filter(Boolean).join("  ");
}

/** Items of a map that went well are counted, the first few and every other one are shown. */
function* stepLines(steps: readonly StepDetail[], c: Colors): Generator<string> {
  const hidden = new Map<string, number>();
  const seen = new Map<string, number>();
  for (const step of steps) {
    // What a judge or a person said stands with the artifact.
    if (step.status === "completed" && partKeyOf(step.key)) continue;
    const map = step.key.includes("/") ? step.key.slice(0, step.key.indexOf("/")) : undefined;
    if (map !== undefined && step.status === "completed" && step.attempts === 1) {
      const count = (seen.get(map) ?? 0) + 1;
      seen.set(map, count);
      if (count > MOST_ITEMS) {
        hidden.set(map, (hidden.get(map) ?? 0) + 1);
        continue;
      }
    }
    yield stepLine(step, c);
  }
  for (const [map, count] of hidden) yield c.dim(`    and ${count} more completed steps of ${map}`);
}

function stepLine({ key, kind, status, attempts, durationMs, error, info }: StepDetail, c: Colors): string {
  const mark = {
    completed: c.green("✓"),
    failed: c.red("✗"),
    skipped: c.dim("–"),
    interrupted: c.yellow("!"),
    running: c.cyan("…"),
  }[status];
  const facts = [
    (kind === "task" || kind === "agent") && durationMs !== undefined ? toReadable(durationMs) : kind,
    attempts > 1 ? `${attempts} attempts` : "",
    info.edited === true ? `edited${typeof info.by === "string" ? ` by ${info.by}` : ""}` : "",
    isCached(info) ? `cached: from ${info.cached.run}` : "",
    typeof info.takenFrom === "string" && info.edited !== true ? `taken over from ${info.takenFrom}` : "",
    info.cost ? toCostText(info.cost as StepCost) : "",
    typeof info.items === "number" ? `${info.items} items` : "",
    kind === "artifact" && status === "completed" ? toQuality(info) : "",
    status === "skipped" ? `skipped: ${String(info.reason)}` : "",
    error ?? "",
  ];
  return `  ${mark} ${toKeyText(key).padEnd(28)} ${facts.filter(Boolean).join("  ")}`;
}

/** `"letter-3"  0.8 (tone 0.9, length 0.8)`. */
function toQuality({ name, score, gates }: StepDetail["info"]): string {
  const named = JSON.stringify(name);
  if (typeof score !== "number") return named;
  const said = (
    gates as readonly { readonly by: string; readonly score: number; readonly accepted?: true }[]
  ).map((gate) => `${gate.by} ${gate.score}${gate.accepted ? ", accepted" : ""}`);
  return `${named}  ${score} (${said.join(", ")})`;
}

function isCached(info: StepDetail["info"]): info is { readonly cached: { readonly run: string } } {
  return typeof info.cached === "object";
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? "null";
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
