import { defineScore, input, switchOn, task } from "maestro-ts";
import { z } from "zod";

const ticket = input(z.object({ kind: z.enum(["bug", "refund", "other"]) }));
const kind = switchOn(ticket.kind);
const repaid = task({ when: kind.is("refund"), output: z.number(), run: () => 1 });

export default defineScore({ id: "cases", input: ticket, nodes: { kind, repaid } });
