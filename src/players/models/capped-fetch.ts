import { capBody } from "../cap-body.ts";
import { toSize } from "../http/to-size.ts";

const MIB = 1024 * 1024;
/** Of an answer that comes as one, of an error, and of one event of a stream: more than any model says. */
const MOST_BYTES = 16 * MIB;
/** Of a stream: each token comes in some hundred bytes of JSON, and the longest answers have 128,000. */
const MOST_STREAM_BYTES = 64 * MIB;
/** What comes piece by piece: events, those of Bedrock, and a line of JSON for each. */
const STREAM = /^\s*(?:text\/event-stream|application\/(?:vnd\.amazon\.eventstream|x-ndjson))\b/i;
const EVENTS = /^\s*text\/event-stream\b/i;

/** A provider said more than any answer has. */
export class AnswerTooLarge extends Error {
  constructor(most: number) {
    super(`its answer has more than ${toSize(most)}, and was not read further`);
  }

  /** Packages wrap what their `fetch` ends with. */
  static in(error: unknown): AnswerTooLarge | undefined {
    for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++)
      if (at instanceof AnswerTooLarge) return at;
    return undefined;
  }
}

/** `fetch`, of which an answer without an end does not fill memory: it ends in an `AnswerTooLarge`. */
export async function cappedFetch(to: string | URL | Request, init?: RequestInit): Promise<Response> {
  const answer = await fetch(to, init);
  const { body, status, statusText, headers, ok } = answer;
  if (!body) return answer;
  const type = headers.get("content-type") ?? "";
  const capped = capBody(body, {
    mostBytes: ok && STREAM.test(type) ? MOST_STREAM_BYTES : MOST_BYTES,
    mostEventBytes: EVENTS.test(type) ? MOST_BYTES : undefined,
    tooLarge: (most) => new AnswerTooLarge(most),
  });
  return new Response(capped, { status, statusText, headers });
}
