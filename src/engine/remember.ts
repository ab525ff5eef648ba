import type { Memory, PastTool, ToolResult, ToolUse } from "../players/models/memory.ts";
import type { AttemptCall } from "./call.ts";
import type { Step } from "./core/state.ts";
import type { Performance } from "./performance.ts";

type Message = Memory["messages"][number];
/** As it is kept: with the model that has said it. */
type KeptMessage = Message & { readonly by?: string };

/** More than a step can fail: `attempts` of a `retry` are 100 at most. */
const MOST_FAILURES = 1_000;

/** Each value that is made anew has conversations of its own: the first failed none. */
function conversationOf({ again, failures }: Step): number {
  return ((again?.round ?? 1) - 1) * MOST_FAILURES + failures;
}

/**
 * What an agent's step remembers of its conversation, out of the journal and into it. After a failed attempt a new
 * conversation begins; one that was interrupted goes on.
 */
export async function remember(call: AttemptCall, run: Performance): Promise<Memory> {
  const { journal, clock } = run;
  const { key: step } = call.step;
  const conversation = conversationOf(call.step);
  const of = { runId: run.state.id, step, conversation };
  const rows = await journal.turnsOf(of);
  const kept = rows.filter(({ isTool }) => !isTool).flatMap(({ data }) => JSON.parse(data) as KeptMessage[]);
  const tools = new Map<string, PastTool>();
  const places = new Map<string, number>();
  for (const { n, isTool, data, result } of rows) {
    if (!isTool) continue;
    const { id, tool } = JSON.parse(data) as ToolUse;
    tools.set(id, { tool, result: result === null ? undefined : (JSON.parse(result) as ToolResult) });
    places.set(id, n);
  }
  let next = rows.length;
  const record = (n: number, data: unknown, tool?: { readonly result: ToolResult | undefined }) =>
    journal.recordTurn({
      ...of,
      n,
      isTool: tool !== undefined,
      at: clock.now(),
      data: JSON.stringify(data),
      result: tool?.result === undefined ? null : JSON.stringify(tool.result),
    });
  const placeOf = (use: ToolUse) => {
    const place = places.get(use.id) ?? next++;
    places.set(use.id, place);
    return place;
  };
  return {
    messages: kept.map(({ by: _, ...message }) => message as Message),
    saidBy: kept.findLast(({ role }) => role === "assistant")?.by,
    tools,
    say: (said, by) =>
      record(
        next++,
        said.map((one) => (one.role === "assistant" ? { ...one, by } : one)),
      ),
    begin: (use) => record(placeOf(use), use, { result: undefined }),
    end: (use, result) => record(placeOf(use), use, { result }),
  };
}
