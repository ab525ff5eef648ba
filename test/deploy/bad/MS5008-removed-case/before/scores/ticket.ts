import { checkpoint, defineScore, oneOf, switchOn, task } from "maestro-ts";
import { z } from "zod";

const found = task({
  input: {},
  output: z.object({ kind: z.enum(["bug", "refund"]) }),
  run: () => ({ kind: "refund" as const }),
});
const kind = switchOn(found.output.kind);
const paid = checkpoint({
  when: kind.is("refund"),
  title: "Pay it back?",
  decision: z.object({ ok: z.boolean() }),
  timeout: "24h",
  onTimeout: "reject",
});
const fixed = checkpoint({
  when: kind.is("bug"),
  title: "Mended?",
  decision: z.object({ ok: z.boolean() }),
  timeout: "24h",
  onTimeout: "reject",
});

export default defineScore({
  id: "ticket",
  nodes: { found, kind, paid, fixed },
  output: oneOf(paid.output, fixed.output),
});
