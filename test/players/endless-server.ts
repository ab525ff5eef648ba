import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { onTestFinished } from "vitest";

/** What would go on is ended here, for whoever reads all of it: no test needs more memory than there is. */
const ENOUGH_BYTES = 400 * 1024 * 1024;

/** A server at an address of this machine, until the test is over. */
export async function serve(
  answer: (asked: string, response: ServerResponse, request: IncomingMessage) => unknown,
): Promise<string> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    await answer(Buffer.concat(chunks).toString(), response, request);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Says `block` again and again, as fast as it is taken, until nobody listens. Gives how many bytes it was rid of. */
export async function sayForEver(
  response: ServerResponse,
  block: string,
  most = ENOUGH_BYTES,
): Promise<number> {
  const bytes = Buffer.from(block);
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  let said = 0;
  while (!response.destroyed && said < most) {
    said += bytes.length;
    if (!response.write(bytes)) await once(response, "drain", gone).catch(() => {});
    else await turn();
  }
  response.end();
  return said;
}
