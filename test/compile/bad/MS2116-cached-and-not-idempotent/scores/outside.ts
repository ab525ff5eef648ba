import { defineScore, http, shell } from "maestro-ts";
import { z } from "zod";

const url = "https://crm.example.com/leads";
const sent = http({ method: "POST", url, body: { name: "Ada" }, response: z.string(), cache: { ttl: "1h" } });
const read = http({ url, response: z.string(), cache: { ttl: "1h" } });
const built = shell({ command: ["make"], timeout: "1m", cache: { ttl: "1h" } });
const listed = shell({ command: ["ls"], timeout: "1m", idempotent: true, cache: { ttl: "soon", kee: 1 } as never });

export default defineScore({
  id: "outside",
  nodes: { sent, read, built, listed },
  output: [sent.output, read.output, built.output.exitCode, listed.output.exitCode],
});
