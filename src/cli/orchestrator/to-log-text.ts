import type { Colors } from "../../support/colors.ts";
import { toVisible } from "../../support/to-visible.ts";

/**
 * A line of the orchestrator's log as people read it in a terminal: `14:02:11 run begins  score=letters run=run_…`.
 * @param from of the time: 0 shows its day too
 */
export function toLogText(line: string, c: Colors, from = 11): string {
  const { level, time, event, ...facts } = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const said = Object.entries(facts).map(([name, value]) => `${toVisible(name)}=${toText(value)}`);
  const text = toVisible(String(event));
  const colored = level === "error" ? c.red(text) : level === "warn" ? c.yellow(text) : text;
  return `${c.dim(toVisible(String(time).slice(from, 19).replace("T", " ")))} ${colored}${said.length > 0 ? `  ${c.dim(said.join(" "))}` : ""}\n`;
}

function toText(value: unknown): string {
  const text = toVisible(typeof value === "string" ? value : JSON.stringify(value));
  return typeof value === "string" && /\s/.test(text) ? JSON.stringify(text) : text;
}
