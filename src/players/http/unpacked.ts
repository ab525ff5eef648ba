import type { IncomingMessage } from "node:http";
import { type Duplex, pipeline, type Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from "node:zlib";

/**
 * The body of an answer as it was before it was packed for the way. What is read of it was neither sent nor unpacked in
 * more than `mostBytes`.
 * @param tooLarge makes the error it ends with otherwise
 * @returns `undefined` for a packing that is not known
 */
export function unpacked(
  answer: IncomingMessage,
  { mostBytes, tooLarge }: { readonly mostBytes: number; readonly tooLarge: () => Error },
): AsyncIterable<Buffer> | undefined {
  const packing = (answer.headers["content-encoding"] ?? "").trim().toLowerCase();
  if (packing === "" || packing === "identity") return capped(answer, mostBytes, tooLarge);
  if (!["gzip", "x-gzip", "deflate", "br"].includes(packing)) return undefined;
  return unpack(answer, packing, { mostBytes, tooLarge });
}

async function* unpack(
  answer: IncomingMessage,
  packing: string,
  { mostBytes, tooLarge }: { readonly mostBytes: number; readonly tooLarge: () => Error },
): AsyncGenerator<Buffer> {
  const packed = capped(answer, mostBytes, tooLarge);
  const first = await packed.next();
  if (first.done) return;
  const whole = async function* () {
    yield first.value;
    yield* packed;
  };
  // An error reaches who reads; the callback is there because pipeline wants one.
  const plain: Readable = pipeline(whole, unpacker(packing, first.value), () => undefined);
  yield* capped(plain, mostBytes, tooLarge);
}

function unpacker(packing: string, first: Buffer): Duplex {
  if (packing === "br") return createBrotliDecompress();
  if (packing !== "deflate") return createGunzip();
  // By the standard it has zlib's header; some servers send it without one, which no header can look like.
  return (first[0]! & 0x0f) === 8 ? createInflate() : createInflateRaw();
}

async function* capped(
  stream: AsyncIterable<Buffer>,
  mostBytes: number,
  tooLarge: () => Error,
): AsyncGenerator<Buffer, void> {
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw tooLarge();
    yield chunk;
  }
}
