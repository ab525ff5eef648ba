import { toVisible } from "../../../support/to-visible.ts";
import type { SideProblems, SubjectDiff, WorkspaceDiff } from "../change.ts";
import { byWeight, toCounts, toGaps, toSentence, toState, toSummary } from "./sentence.ts";

const MOST_CHARACTERS = 200;

/** The differences for a pull request: a summary line, then a part for each definition that opens when it is asked for. */
export function toMarkdown(diff: WorkspaceDiff): string {
  const { from, to } = diff;
  const notes = [...problemLines(from), ...problemLines(to), ...toGaps(diff).map(escapeText)];
  const states = `${toCode(from.label)} → ${toCode(to.label)}`;
  return `${[
    `**Maestro: ${escapeText(toSummary(diff))}** (${states})`,
    ...(notes.length > 0 ? [notes.map((note) => `- ${note}`).join("\n")] : []),
    ...diff.subjects.map(toDetails),
  ].join("\n\n")}\n`;
}

function toDetails(subject: SubjectDiff): string {
  const { kind, id, changes } = subject;
  const state = toState(subject);
  const title = `${kind} <code>${escapeHtml(toVisible(id))}</code>${state && ` ${escapeHtml(toVisible(state))}`}`;
  const lines = byWeight(changes).map(
    (change) => `- **${change.weight}** ${toSentence(change, { quote: toCode })}`,
  );
  // GitHub reads Markdown in it only behind an empty line.
  return `<details><summary>${title} — ${toCounts([subject])}</summary>\n\n${lines.join("\n")}\n\n</details>`;
}

function problemLines({ label, errors }: SideProblems): string[] {
  return errors.map(({ code, message, at }) => {
    const place = at ? `${toCode(`${at.file}:${at.line}`)} ` : "";
    return `${toCode(label)} does not compile: ${place}${code} ${escapeText(message)}`;
  });
}

/** A code span: its fence is longer than any in it, so that nothing in it is Markdown or HTML. */
function toCode(text: string): string {
  const visible = toVisible(text);
  const short = visible.length > MOST_CHARACTERS ? `${visible.slice(0, MOST_CHARACTERS - 1)}…` : visible;
  const longest = Math.max(0, ...[...short.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  const gap = longest > 0 || /^ | $/.test(short) || short === "" ? " " : "";
  return fence + gap + short + gap + fence;
}

function escapeText(text: string): string {
  return escapeHtml(toVisible(text)).replace(/[\\`*_[\]|~#@]/g, (character) => `\\${character}`);
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
