import type { RunEvent } from "../../engine/index.ts";
import { toKeyText } from "../../plan/index.ts";
import type { Colors } from "../../support/colors.ts";
import { toReadable } from "../../support/duration.ts";
import { toVisible } from "../../support/to-visible.ts";
import { explainSource, toSourceText } from "../../views/source-text.ts";
import { toWaitingText } from "../../views/waiting-text.ts";
import { toolText } from "../tool-text.ts";
import type { RunTally } from "./run-tally.ts";

const NAME_WIDTH = 22;
/** Kinds that only decide: their lines would say nothing. */
const DECIDED = new Set(["branch", "switchOn", "derive", "text", "oneOf", "harmony"]);

/** The lines that an event is worth, in a terminal as in a pipe: one for each step outside of maps, and every failure. */
export function toLines(event: RunEvent, tally: RunTally, c: Colors): readonly string[] {
  switch (event.type) {
    case "run.started":
      return [
        `${c.bold(event.score)}  ${c.dim(event.run)}${event.resumed ? c.dim("  resumed") : ""}${event.source ? c.yellow(`  ${toSourceText(event.source)}`) : ""}`,
        ...(event.source ? [`  ${c.yellow("!")} ${explainSource(event.source)}`] : []),
      ];
    case "step.completed": {
      const map = tally.maps.get(event.step);
      if (tally.mapOf(event.step)) return [];
      if (map) {
        const failed = map.failed.size > 0 ? `, ${map.failed.size} failed` : "";
        return [
          line(
            c.green("✓"),
            event.step,
            `${map.items} ${map.items === 1 ? "item" : "items"}${failed}  ${toReadable(event.at - map.startedAt)}`,
          ),
        ];
      }
      if (DECIDED.has(event.kind)) return [];
      const rebuilt = event.reconstructed ? `  rebuilt from "${event.reconstructed.from}"` : "";
      const how = event.cached ? c.dim("cached") : toReadable(event.durationMs) + rebuilt;
      return [line(c.green("✓"), event.step, how)];
    }
    case "step.given":
      return [line(c.green("✓"), event.step, c.dim("given"))];
    case "step.failed": {
      // What contradicts what has been said.
      if (event.kind === "harmony") return [];
      const goesOn = event.retryAt !== undefined || event.rebuilds || event.gap;
      const mark = event.gap ? c.yellow("○") : goesOn ? c.yellow("↻") : c.red("✗");
      const why = `${toVisible(event.error.message)}${nextOf(event)}`;
      return [line(mark, toKeyText(event.step), why), ...chosenLine(event, c)];
    }
    case "step.skipped":
      if (tally.mapOf(event.step)) return [];
      if (event.gap)
        return [line(c.yellow("○"), event.step, `left out: ${reasonOf(event)}`), ...chosenLine(event, c)];
      return [line(c.dim("–"), event.step, c.dim(`skipped: ${reasonOf(event)}`))];
    case "log":
      return [
        line(
          c.dim("·"),
          event.step,
          toVisible(
            event.data === undefined ? event.message : `${event.message} ${JSON.stringify(event.data)}`,
          ),
        ),
      ];
    case "tool.called":
      return [line(c.dim("·"), event.step, toolText(event, c))];
    case "step.waiting": {
      if (tally.mapOf(event.step)) return [];
      const until =
        event.until === undefined ? "" : ` until ${new Date(event.until).toISOString().slice(0, 19)}Z`;
      const what = event.kind === "checkpoint" ? "waits for a decision" : "waits";
      return [line(c.yellow("…"), event.step, `${what}${until}`)];
    }
    case "step.parked":
      return [line(c.yellow("…"), toKeyText(event.step), `waits: ${toVisible(event.why)}`)];
    case "cost.unknown":
      return [`${c.yellow("!")} ${toVisible(unknownCost(event.model))}`];
    case "run.queued":
      return [`${c.dim(event.run)}  ${c.yellow(`queued: waits for ${toWaitingText(event.waitsFor)}`)}`];
    case "step.queued":
      if (tally.mapOf(event.step)) return [];
      return [line(c.yellow("…"), event.step, `waits for ${toWaitingText(event.waitsFor)}`)];
    case "harmony.conflict":
      return [line(c.yellow("!"), "harmony", `${event.places.join(", ")}: ${toVisible(event.conflict)}`)];
    case "run.waiting":
    case "step.started":
    case "map.started":
    case "progress":
    case "text":
    case "run.completed":
    case "run.failed":
    case "run.paused":
    case "run.cancelled":
      return [];
    default:
      return event satisfies never;
  }
}

function unknownCost(model: string): string {
  return `nobody has said what ${model} costs: maestro prices set ${model} --input <usd> --output <usd>`;
}

/** What comes after a failure, in brackets. */
function nextOf({ retryAt, at, rebuilds, gap }: Extract<RunEvent, { type: "step.failed" }>): string {
  if (retryAt !== undefined) return `  (again in ${toReadable(Math.max(0, retryAt - at))})`;
  if (rebuilds) return "  (rebuilt next)";
  return gap ? "  (left out)" : "";
}

/** Why this became of it, where that was chosen. */
function chosenLine(
  { choice }: { readonly choice?: { readonly way: string; readonly why: string } },
  c: Colors,
): string[] {
  return choice ? [line(" ", "", c.dim(`chose ${choice.way}: ${choice.why}`))] : [];
}

function reasonOf({ reason, node }: { readonly reason: string; readonly node?: string }): string {
  if (reason === "guard") return "its condition is false";
  if (reason === "failed") return "it failed";
  if (reason === "not needed" || reason === "not decided in time") return reason;
  return node === undefined ? "what it needs was skipped" : `"${node}" was skipped`;
}

function line(mark: string, step: string, rest: string): string {
  return `  ${mark} ${step.padEnd(NAME_WIDTH)} ${rest}`;
}
