import { checkpoint, defineScore, input } from "maestro-ts";
import { z } from "zod";

const asked = input(z.object({ to: z.string(), currency: z.string() }));
const review = checkpoint({
  title: "Send it?",
  show: asked.to,
  decision: z.object({ ok: z.boolean() }),
  timeout: "24h",
  onTimeout: "reject",
});

export default defineScore({ id: "offer", input: asked, nodes: { review }, output: review.output });
