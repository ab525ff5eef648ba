import { type Colors, toColors } from "../../support/colors.ts";
import { toInstantText } from "../../support/instant-text.ts";
import { toVisible } from "../../support/to-visible.ts";
import type { OrchestraDetail } from "../../views/orchestra-board.ts";
import { askStore } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings } from "../load-workspace.ts";
import { writeLine } from "../write-line.ts";
import { rateWords, scheduleWords, shownStatus, stripOf, weekWords } from "./orchestras.ts";

/** `maestro orchestras show <id>`: what it is, what was decided about it, what is due and what became of its instants. */
export async function run(
  io: Io,
  [id = ""]: string[],
  { json }: { readonly json?: boolean },
): Promise<ExitCode> {
  const settings = await loadSettings(io);
  const request = { op: "orchestra", id } as const;
  const detail = await askStore(io, settings, { command: "maestro orchestras show", request });
  if (json) io.write(`${JSON.stringify(detail, null, 2)}\n`);
  else
    for (const line of detailLines(detail, toColors(io.hasColor), settings.orchestrator.port))
      writeLine(io, line);
  return EXIT.ok;
}

const LABEL_WIDTH = 18;

/**
 * An orchestra as people read it.
 * @param port at which an orchestrator receives calls
 */
export function* detailLines(one: OrchestraDetail, c: Colors, port: number | undefined): Generator<string> {
  const zone = one.schedule?.timezone ?? "Etc/UTC";
  const row = (label: string, text: string) => `  ${label.padEnd(LABEL_WIDTH)} ${text}`.trimEnd();
  yield `${c.bold(toVisible(one.name))}  ${one.id}`;
  if (one.description !== null) yield row("", toVisible(one.description));
  yield row("status", `${shownStatus(one, c).trim()}${stateWords(one)}`);
  yield row("plays", `${one.score}  ${c.dim(one.deployment.slice(0, 12))}`);
  if (one.tag !== null) yield row("tag", toVisible(one.tag));
  yield row("schedule", scheduleWords(one));
  if (one.next.length > 0) yield row("next", one.next.map((at) => toInstantText(at, zone)).join(", "));
  for (const [path, text] of Object.entries(one.desired))
    if (/^(on|input|secrets|budget|concurrency)\b/.test(path)) yield row(path, toVisible(text));
  if (
    Object.entries(one.desired).some(([path, text]) => path.startsWith("on.") && text.startsWith("webhook"))
  )
    yield row(
      "calls",
      port === undefined
        ? c.yellow("nobody receives them: maestro.config.ts names no port, orchestrator: { port: 9464 }")
        : `POST http://127.0.0.1:${port || "<port>"}/hooks/${one.id}`,
    );
  for (const { field, value, desired, who, why, at } of one.overrides) {
    yield row(
      "set",
      `${field} ${c.yellow(toVisible(JSON.stringify(value)))}${desired === null ? "" : `; the file says ${toVisible(desired)}`}`,
    );
    yield row(
      "",
      `by ${toVisible(who)}, ${toInstantText(at, zone)}${why === null ? "" : `: ${toVisible(why)}`}`,
    );
  }
  if (one.runs.length > 0)
    yield row("runs", [stripOf(one.runs, c), rateWords(one), weekWords(one)].filter(Boolean).join("  "));
  for (const { instant, status, reason, run } of one.occurrences)
    yield row("instant", `${toInstantText(instant, zone)}  ${status}  ${run ?? toVisible(reason ?? "")}`);
  for (const { at, status, webhookId, reason, run } of one.deliveries)
    yield row(
      "call",
      `${toInstantText(at, zone)}  ${status}  ${toVisible(run ?? reason ?? "")}${webhookId === null ? "" : c.dim(`  ${webhookId}`)}`,
    );
}

function stateWords({ status, isEnabled, isPaused, destroyedAt }: OrchestraDetail): string {
  if (destroyedAt !== null) return ", destroyed: only its history is left";
  return `, ${isEnabled ? "enabled" : "disabled"}${isPaused && status !== "paused" ? ", paused" : ""}`;
}
