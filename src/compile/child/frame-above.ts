import type { Site } from "../../define/site.ts";

/** Built-in functions in between, such as `Array.from`, have frames as well. */
const FRAMES_LOOKED_AT = 6;

const structured = (_error: unknown, frames: NodeJS.CallSite[]): NodeJS.CallSite[] => frames;

/**
 * The code that called `below`, as the engine reports it; `undefined` when that is Node itself. Unlike `callSites` it
 * looks at nothing further up: who calls Node, and what Node reads for its own sake then, are two things.
 */
export function frameAbove(below: (...args: never[]) => unknown): Site | undefined {
  const holder: { stack?: NodeJS.CallSite[] } = {};
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.stackTraceLimit = FRAMES_LOOKED_AT;
  Error.prepareStackTrace = structured;
  Error.captureStackTrace(holder, below);
  const frames = holder.stack ?? [];
  Error.stackTraceLimit = stackTraceLimit;
  Error.prepareStackTrace = prepareStackTrace;

  for (const frame of frames) {
    const file = frame.getFileName();
    if (!file) continue;
    if (file.startsWith("node:")) return undefined;
    return { file, line: frame.getLineNumber() ?? 1, column: frame.getColumnNumber() ?? 1 };
  }
  return undefined;
}
