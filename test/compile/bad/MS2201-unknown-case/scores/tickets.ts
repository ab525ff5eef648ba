import { defineScore, input, switchOn, task } from "maestro-ts";
import { z } from "zod";

const ticket = input(z.object({ kind: z.enum(["bug", "refund", "other"]) }));
const kind = switchOn(ticket.kind);
const repaid = task({ when: kind.is("refnd"), output: z.number(), run: () => 1 });
const rest = task({ when: kind.otherwise, output: z.number(), run: () => 0 });

export default defineScore({ id: "tickets", input: ticket, nodes: { kind, repaid, rest } });
