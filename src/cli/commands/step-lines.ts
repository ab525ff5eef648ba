import type { StepCost, StepInfo } from "../../engine/index.ts";
import { partKeyOf, type Route, toKeyText } from "../../plan/index.ts";
import type { Colors } from "../../support/colors.ts";
import { toReadable } from "../../support/duration.ts";
import { toCostText } from "../../support/money.ts";
import { toVisible } from "../../support/to-visible.ts";
import type { StepDetail } from "../../views/run-detail.ts";
import { toolText } from "../tool-text.ts";

const MOST_ITEMS = 12;
const LONGEST = 160;

/** Steps, one a line. Items of a map that went well are counted, the first few and every other one are shown. */
export function* stepLines(steps: readonly StepDetail[], c: Colors, isOver: boolean): Generator<string> {
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
    yield stepLine(step, c, isOver ? undefined : againOf(step));
    yield* detailLines(step, c);
    for (const tool of step.tools) yield `      ${toolText(tool, c)}`;
  }
  for (const [map, count] of hidden) yield c.dim(`    and ${count} more completed steps of ${map}`);
}

/** When a step that has failed is tried again, in words. */
function againOf({ status, info }: StepDetail): string | undefined {
  const { retryAt } = info as StepInfo;
  if (status !== "failed" || retryAt === undefined) return undefined;
  const leftMs = retryAt - Date.now();
  return leftMs > 0 ? `again in ${toReadable(leftMs)}` : "to be tried again";
}

function stepLine(
  { key, kind, status, attempts, durationMs, error, info }: StepDetail,
  c: Colors,
  again: string | undefined,
): string {
  const { gap, given, reconstructed } = info as StepInfo;
  const isConflict = kind === "harmony" && status === "completed" && info.conflict !== undefined;
  const mark = gap ? c.yellow("○") : again ? c.yellow("↻") : isConflict ? c.yellow("!") : markOf(status, c);
  const facts = [
    given
      ? "given"
      : (kind === "task" || kind === "agent") && durationMs !== undefined
        ? toReadable(durationMs)
        : kind,
    kind === "score" && typeof info.run === "string" ? info.run : "",
    attempts > 1 ? `${attempts} attempts` : "",
    reconstructed ? `rebuilt from "${reconstructed.from}" by ${reconstructed.by}` : "",
    gap ? "left out" : "",
    info.overridden === true ? `overridden${typeof info.by === "string" ? ` by ${info.by}` : ""}` : "",
    info.edited === true ? `edited${typeof info.by === "string" ? ` by ${info.by}` : ""}` : "",
    info.source === undefined ? "" : `not asked: ${String(info.source)}`,
    isCached(info) ? `cached: from ${info.cached.run}` : "",
    typeof info.takenFrom === "string" && info.edited !== true ? `taken over from ${info.takenFrom}` : "",
    info.cost ? toCostText(info.cost as StepCost) : "",
    typeof info.items === "number" ? `${info.items} items` : "",
    kind === "artifact" && status === "completed" && typeof info.name === "string" ? toQuality(info) : "",
    kind === "harmony" ? toAgreement(info, status) : "",
    status === "skipped" && !gap ? `skipped: ${toVisible(String(info.reason))}` : "",
    toVisible(error ?? (gap ? String(info.reason) : "")),
    again === undefined ? "" : `(${again})`,
  ];
  return `  ${mark} ${toKeyText(key).padEnd(28)} ${facts.filter(Boolean).join("  ")}`;
}

/** What artifacts contradict each other in, where the step's own error does not say it. */
function toAgreement({ artifacts, places, conflict }: StepDetail["info"], status: string): string {
  if (status === "failed") return "";
  if (conflict === undefined) return `${(artifacts as readonly string[]).join(", ")} agree`;
  return `${(places as readonly string[]).join(", ")}: ${toVisible(String(conflict))}`;
}

/** `"letter-3"  0.8 (tone 0.9, length 0.8)`. */
function toQuality({ name, score, gates }: StepDetail["info"]): string {
  const named = toVisible(JSON.stringify(name));
  if (typeof score !== "number") return named;
  const said = (
    gates as readonly { readonly by: string; readonly score: number; readonly accepted?: true }[]
  ).map((gate) => `${gate.by} ${gate.score}${gate.accepted ? ", accepted" : ""}`);
  return `${named}  ${score} (${said.join(", ")})`;
}

function isCached(info: StepDetail["info"]): info is { readonly cached: { readonly run: string } } {
  return typeof info.cached === "object";
}

function markOf(status: StepDetail["status"], c: Colors): string {
  return {
    completed: c.green("✓"),
    failed: c.red("✗"),
    skipped: c.dim("–"),
    interrupted: c.yellow("!"),
    running: c.cyan("…"),
  }[status];
}

/** What an attempt did differently, and what was chosen when one failed, attempt by attempt. */
function* detailLines({ attempts, info, earlier, status, hint }: StepDetail, c: Colors): Generator<string> {
  if (status === "failed" && hint !== undefined) yield c.dim(`      hint: ${toVisible(hint)}`);
  const all = [...earlier, { attempt: attempts, info }];
  for (const { attempt, info: known } of all) {
    const { varied, choice, route, verified, revision } = known as StepInfo;
    const which = all.length > 1 ? `attempt ${attempt}: ` : "";
    if (varied !== undefined) yield c.dim(`      ${which}varied ${brief(varied)}`);
    if (revision) yield c.dim(`      ${which}played as ${toVisible(revision)}, by a flag`);
    if (route) yield* routeLines(route, which, c);
    if (verified) yield c.dim(`      ${which}verified ${verified.map(toVisible).join(", ")}`);
    if (!choice) continue;
    yield c.dim(`      ${which}chose ${choice.way}: ${toVisible(choice.why)}`);
    for (const { way, score, why } of choice.weighed)
      yield c.dim(`        ${way.padEnd(11)} ${String(score ?? "–").padStart(5)}  ${toVisible(why)}`);
  }
}

/** Which models were to be asked, in which order, and from what that was decided. */
function* routeLines(
  { policy, models, answered, weighed, refused = [], because }: Route,
  which: string,
  c: Colors,
): Generator<string> {
  const by = answered === undefined || answered === models[0] ? "" : `, answered by ${answered}`;
  yield c.dim(`      ${which}${policy} routing asked ${models.join(", then ") || "nobody"}${by}`);
  const width = Math.max(0, ...[...weighed, ...refused].map(({ model }) => model.length));
  for (const { model, score, why } of weighed)
    yield c.dim(`        ${model.padEnd(width)} ${String(score ?? "–").padStart(5)}  ${toVisible(why)}`);
  for (const { model, why } of refused)
    yield c.dim(`        ${model.padEnd(width)}     ✗  ${toVisible(why)}`);
  for (const [what, said] of Object.entries(because))
    yield c.dim(`        ${what.padEnd(12)}  ${toVisible(said)}`);
}

/** A value on one line, cut where it gets long. */
export function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? "null";
  return toVisible(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}
