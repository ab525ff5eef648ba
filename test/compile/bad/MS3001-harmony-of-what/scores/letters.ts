import { artifact, defineScore, harmony, map, task } from "maestro-ts";
import { z } from "zod";

const draft = task({ output: z.string(), run: () => "Dear Ada" });
const letter = artifact({ name: "letter", value: draft.output });
const offer = artifact({ name: "offer", value: draft.output });
const items = task({ output: z.array(z.string()).max(3), run: () => [] });
const each = map({ over: items.output, maxItems: 3, each: (item, index) => artifact({ name: "item", value: item }) });

const fine = harmony([letter.output, offer.output], (a, b) => a === b, { onConflict: "report" });
const ofNode = harmony([letter.output, draft.output], (a, b) => a === b);
const ofMap = harmony([letter.output, each.output], (a, b) => b.includes(a));
const word = harmony([letter.output, offer.output], () => true, { onConflict: "warn" as never });

export default defineScore({
  id: "letters",
  nodes: { draft, letter, offer, items, each },
  output: [letter.output, offer.output, each.output],
  harmony: [fine, ofNode, ofMap, word, letter as never],
});
