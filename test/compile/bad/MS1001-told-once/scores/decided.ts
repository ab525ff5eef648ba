import { branch, defineScore, gte, switchOn, task } from "maestro-ts";
import { z } from "zod";

const found = task({ output: z.object({ ok: z.boolean(), n: z.number(), kind: z.enum(["bug", "idea"]) }), run: () => ({ ok: true, n: 1, kind: "bug" as const }) });
const good = branch(gte(found.output.n, 1));
const kind = switchOn(found.output.kind);

// TypeScript sees these, too.
const isBug = found.output.kind === "bug";
const isIdea = "idea" !== found.output.kind;
const both = good.yes && found.output.ok === true;
const many = kind.is("bug") === true ? "many" : "few";
// And these it does not.
const some = found.output.ok ? 1 : 2;
const rest = found.output.n ?? 0;

export default defineScore({ id: "decided", nodes: { found, good, kind, last: task({ when: good.yes, output: z.unknown(), run: () => 1 }) }, output: { isBug, isIdea, both, many, some, rest } });
