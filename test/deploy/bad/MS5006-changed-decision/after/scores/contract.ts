import { checkpoint, defineScore } from "maestro-ts";
import { z } from "zod";

const signed = checkpoint({
  title: "Sign it?",
  decision: z.object({ sign: z.boolean(), name: z.string() }),
  timeout: "24h",
  onTimeout: "reject",
});

export default defineScore({ id: "contract", nodes: { signed }, output: signed.output.sign });
