import type { Colors } from "../support/colors.ts";
import { toReadable } from "../support/duration.ts";
import { toVisible } from "../support/to-visible.ts";

const LONGEST = 160;

/** One call of a tool; without a result it was at work when its process ended. */
export interface CalledTool {
  readonly tool: string;
  readonly input: unknown;
  readonly output?: unknown;
  readonly error?: string | undefined;
  readonly isRefused?: boolean | undefined;
  readonly durationMs?: number | undefined;
}

/** `look_up {"name":"Acme"} → {"employees":4}  12 ms`, on one line. */
export function toolText({ tool, input, durationMs, ...result }: CalledTool, c: Colors): string {
  const called = `${toVisible(tool)} ${brief(input)}`;
  const took = durationMs === undefined ? "" : `  ${c.dim(toReadable(durationMs))}`;
  if (result.error !== undefined) {
    const why = toVisible(short(result.error));
    return `${called} ${result.isRefused ? c.yellow(why) : `${c.red("failed:")} ${why}`}${took}`;
  }
  if (result.output === undefined) return `${called} ${c.yellow("was at work when its process ended")}`;
  return `${called} → ${brief(result.output)}${took}`;
}

function brief(value: unknown): string {
  return toVisible(short(JSON.stringify(value) ?? "null"));
}

function short(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
