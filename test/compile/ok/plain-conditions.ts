import { defineScore, derive, input, type Node, task } from "maestro-ts";
import { z } from "zod";

// JavaScript decides by plain values that are called as nodes and references are.
const Found = z.object({ ok: z.boolean(), name: z.string().optional(), list: z.array(z.number()).max(9) });
const brief = input(z.object({ names: z.array(z.string()).max(9) }));

const found = task({
  input: { names: brief.names },
  output: Found,
  run: ({ input }) => {
    const brief = input.names[0];
    const list = [];
    for (let found = 0; found && brief && found < 3; found++) list.push(found);
    try {
      if (!brief) throw new Error("none");
    } catch (found) {
      if (found) return { ok: false, list };
    }
    {
      const found = list.find((one) => one === 1);
      if (found === 1) list.push(found || 0);
    }
    return { ok: brief ? true : !input.names, name: brief ?? "nobody", list };
  },
});
const total = derive([found.output], (found) => (found.ok && found.name ? found.list.length : 0));
function pick(found: { readonly output?: string } | undefined, brief = "") {
  return found?.output ? found.output : brief || "none";
}
const picked = pick(undefined);
let last: Node<z.infer<typeof Found>> | undefined;
for (let i = 0; i < 2; i++) last = last ? last : found;

export default defineScore({
  id: "plain-conditions",
  title: picked === "none" ? "Nothing" : picked,
  input: brief,
  nodes: { found },
  output: { total, last: last ? last.output.ok : null },
});
