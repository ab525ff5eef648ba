import { toSentence } from "../../compile/diff/print/sentence.ts";
import type { ScoreChange } from "../../compile/reload/live-scores.ts";
import type { Reload } from "../../compile/reload/reloader.ts";
import type { Diagnostic } from "../../diagnostics/index.ts";
import type { Ending } from "../../engine/index.ts";
import { toColors } from "../../support/colors.ts";
import { toReadable } from "../../support/duration.ts";
import { toVisible } from "../../support/to-visible.ts";
import { toTexts } from "../commands/validate.ts";
import type { Io } from "../io.ts";
import { printError } from "../print-error.ts";
import { writeLine } from "../write-line.ts";
import type { DevListener } from "./dev-session.ts";

const MOST_NAMED = 3;
const MOST_CHANGES = 8;
const MOST_CHARACTERS = 80;

/** What happens as lines: for pipes, CI, and terminals that cannot be drawn on. */
export function plainLines(io: Io, root: string): DevListener {
  const c = toColors(io.hasColor);
  const say = (text: string) => writeLine(io, `${c.dim(clock())}  ${text}`);
  // One text after the other, in the order in which things happened.
  let turn: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>) => {
    turn = turn.then(work).catch((error: unknown) => void printError(error, io));
  };
  return {
    reloaded: (reload) =>
      inTurn(async () => {
        const texts = await toTexts(reload.appeared, { root, io });
        for (const line of headOf(reload)) say(line);
        for (const text of texts) io.write(`${text}\n\n`);
        for (const one of reload.fixed) say(`${c.green("fixed")}  ${placed(one)}`);
      }),
    began: ({ id, score }) => say(`${id} ${score} begins`),
    ended: ({ id, score }, ending, ms) =>
      say(`${id} ${score} ${toEndingText(ending, c)} ${c.dim(`after ${toReadable(Math.round(ms))}`)}`),
    printed: (text) => io.warn(text.trimEnd()),
    said: (text) => say(toVisible(text)),
    failed: (error) => void printError(error, io),
  };
}

function clock(): string {
  return new Date().toTimeString().slice(0, "00:00:00".length);
}

/** What a reload did, in lines; nothing where TypeScript alone has answered. */
export function* headOf(reload: Reload): Generator<string> {
  const { changes, scores, durationMs, compilation, isTypes } = reload;
  if (isTypes) return;
  if (changes.length === 0) {
    const { scores: all, agents, orchestras } = compilation;
    yield `${count(all.length, "score")}, ${count(agents.length, "agent")}, ${count(orchestras.length, "orchestra")}: ${problemsOf(compilation.diagnostics)}`;
    return;
  }
  const files = changes.map(({ file }) => toVisible(file));
  const named = [
    ...files.slice(0, MOST_NAMED),
    ...(files.length > MOST_NAMED ? [`${files.length - MOST_NAMED} more`] : []),
  ].join(", ");
  yield `${named}: ${whatBecame(scores)} (${Math.max(1, Math.round(durationMs))} ms)`;
  let told = 0;
  for (const { id, changes: own } of scores) {
    if (own.length === 0) continue;
    if (++told > MOST_NAMED) break;
    for (const change of own.slice(0, MOST_CHANGES))
      yield `  ${toVisible(id)}  ${change.weight}  ${toSentence(change, { quote: short })}`;
    if (own.length > MOST_CHANGES) yield `  ${toVisible(id)}  and ${own.length - MOST_CHANGES} more`;
  }
}

const WORDS: Readonly<Record<ScoreChange["is"], string>> = {
  added: "new",
  changed: "changed",
  same: "with the same graph",
  broken: "broken, and played as it was",
  mended: "mended",
  removed: "gone",
};

/** `cold-leads changed`, `12 scores changed, 1 broken`. */
function whatBecame(scores: readonly ScoreChange[]): string {
  if (scores.length === 0) return "no score is another one";
  const groups = Map.groupBy(scores, ({ is }) => is);
  return [...groups]
    .map(([is, all]) =>
      all.length > MOST_NAMED
        ? `${all.length} scores ${WORDS[is]}`
        : `${all.map(({ id }) => toVisible(id)).join(", ")} ${WORDS[is]}`,
    )
    .join("; ");
}

function problemsOf(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const others = diagnostics.length - errors;
  if (diagnostics.length === 0) return "no problems";
  return [errors > 0 ? count(errors, "error") : "", others > 0 ? count(others, "warning") : ""]
    .filter(Boolean)
    .join(", ");
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? "" : "s"}`;
}

function placed({ code, name, at, message }: Diagnostic): string {
  const place = at ? `${toVisible(at.file)}:${at.line}:${at.column}  ` : "";
  return `${place}${code} ${name}  ${toVisible(message.split("\n", 1)[0]!)}`;
}

function short(text: string): string {
  const visible = toVisible(text);
  return visible.length > MOST_CHARACTERS ? `${visible.slice(0, MOST_CHARACTERS - 1)}…` : visible;
}

function toEndingText(ending: Ending, c: ReturnType<typeof toColors>): string {
  switch (ending.is) {
    case "completed":
      return c.green("completed");
    case "failed":
      return `${c.red("failed")}: ${toVisible(ending.error.message.split("\n", 1)[0]!)}`;
    case "cancelled":
      return c.yellow("cancelled");
    default:
      return c.yellow(ending.is);
  }
}
