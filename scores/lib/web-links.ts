/** Asks web servers whether an address is there. */
import { defineTask } from "maestro-ts";
import { z } from "zod";

const ASKED_FOR_MS = 10_000;
/** Answers of servers that do not talk to programs: they say nothing about the address. */
const UNSURE = new Set([401, 403, 407, 429, 451, 999]);

export const Answer = z.object({
  url: z.string(),
  state: z.enum(["there", "broken", "unsure"]),
  why: z.string(),
});
export type Answer = z.infer<typeof Answer>;

/** What a status says about an address. Redirects were followed. */
export function toState(status: number): Answer["state"] {
  if (status < 400) return "there";
  return UNSURE.has(status) ? "unsure" : "broken";
}

/** Asks with HEAD, and with GET when HEAD does not say yes: many servers know only GET. Each has ten seconds. */
export async function askUrl(url: string, signal: AbortSignal, longestMs = ASKED_FOR_MS): Promise<Answer> {
  const answer = await askOnce("HEAD", url, signal, longestMs);
  return answer.state === "there" ? answer : askOnce("GET", url, signal, longestMs);
}

async function askOnce(
  method: "HEAD" | "GET",
  url: string,
  signal: AbortSignal,
  longestMs: number,
): Promise<Answer> {
  const late = AbortSignal.timeout(longestMs);
  try {
    const response = await fetch(url, {
      method,
      signal: AbortSignal.any([signal, late]),
      headers: { "user-agent": "maestro-link-check", accept: "*/*" },
    });
    // The status is all that is wanted.
    await response.body?.cancel();
    return { url, state: toState(response.status), why: `it answers ${response.status}` };
  } catch (error) {
    signal.throwIfAborted();
    const why = late.aborted ? `it does not answer within ${longestMs / 1_000} s` : networkFailure(error);
    return { url, state: "broken", why };
  }
}

function networkFailure(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
  const reason = cause?.code ?? cause?.message ?? (error instanceof Error ? error.message : String(error));
  return `it cannot be reached (${reason})`;
}

export const askUrlTask = defineTask({
  id: "ask-url",
  input: z.object({ url: z.string() }),
  output: Answer,
  run: ({ input, signal }) => askUrl(input.url, signal),
});
