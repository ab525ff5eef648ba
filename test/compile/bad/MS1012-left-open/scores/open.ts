import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { setTimeout as later } from "node:timers";
import { defineScore, task } from "maestro-ts";
import { z } from "zod";

setInterval(() => {}, 60_000);
later(() => {}, 60_000);
const server = createServer().listen(0);
const peer = connect((server.address() as AddressInfo).port);

// What was closed, or keeps nothing alive, is left to itself.
clearTimeout(setTimeout(() => {}, 60_000));
setInterval(() => {}, 60_000).unref();
createServer().listen(0).close();
await new Promise((resolve) => setTimeout(resolve, 1));

const work = task({ output: z.boolean(), run: () => server.listening && peer.closed });

export default defineScore({ id: "open", nodes: { work }, output: { done: work.output } });
