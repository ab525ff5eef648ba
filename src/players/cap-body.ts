/** How much of a body is read, in bytes as they are when it is unpacked. */
interface Cap {
  /** Of all of it. */
  readonly mostBytes: number;
  /** Of one event, where it is a stream of events (`text/event-stream`). Absent: it is none. */
  readonly mostEventBytes?: number | undefined;
  /** Makes the error it ends with, and its sender is hung up on, where there is more. */
  readonly tooLarge: (most: number) => Error;
}

/** `body` up to a limit. Nothing is read before somebody asks for it, so a sender that is faster than its reader waits. */
export function capBody(
  body: ReadableStream<Uint8Array>,
  { mostBytes, mostEventBytes = mostBytes, tooLarge }: Cap,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const event = mostEventBytes < mostBytes ? new OpenEvent() : undefined;
  let bytes = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) return controller.close();
        bytes += value.length;
        event?.take(value);
        const isTooMuch = bytes > mostBytes;
        if (isTooMuch || (event && event.bytes > mostEventBytes)) {
          const error = tooLarge(isTooMuch ? mostBytes : mostEventBytes);
          reader.cancel(error).catch(() => {});
          throw error;
        }
        controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** What ends an event: an empty line. */
const ENDS = ["\n\n", "\n\r\n", "\r\r"];

/** How much has come of the event that is not over yet: it is what whoever reads events has to keep. */
class OpenEvent {
  bytes = 0;
  /** The two bytes before, where an end may have begun. */
  #before = Buffer.alloc(0);

  take(chunk: Uint8Array): void {
    const seen = Buffer.concat([this.#before, chunk]);
    const end = Math.max(...ENDS.map((end) => endOf(seen, end)));
    this.bytes = end < 0 ? this.bytes + chunk.length : seen.length - end;
    this.#before = seen.subarray(-2);
  }
}

/** Where the last `end` in `bytes` is over; -1 where there is none. */
function endOf(bytes: Buffer, end: string): number {
  const at = bytes.lastIndexOf(end);
  return at < 0 ? -1 : at + end.length;
}
