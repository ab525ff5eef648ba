import { defineScore, switchOn, task } from "maestro-ts";
import { z } from "zod";
const out = z.object({ n: z.number(), kind: z.enum(["bug", "refund", "other"]) });
const run = () => ({ n: 1, kind: "bug" as const });

const found = task({ output: out, run });
const kind = switchOn(found.output.kind);
const refund = task({ when: kind.is("refnd" as "refund"), output: out, run });
const rest = task({ when: kind.otherwise, output: out, run });

export default defineScore({ id: "cases", nodes: { found, kind, refund, rest } });
