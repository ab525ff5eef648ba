import { asJson, asLines, asText, defineScore, defineTask, frontMatter, input, task } from "maestro-ts";
import { z } from "zod";

const Facts = z.object({ title: z.string() });
const count = defineTask({ id: "count", input: z.object({ lines: z.array(z.string()) }), output: z.number(), run: ({ input }) => input.lines.length });
const name = defineTask({ id: "name", input: z.object({ facts: Facts }), output: z.string(), run: ({ input }) => input.facts.title });
const print = defineTask({ id: "print", input: z.object({ text: z.string() }), output: z.string(), run: ({ input }) => input.text });

const file = input(z.object({ text: z.string(), facts: Facts, lines: z.array(z.string()) }));
const any = file as any;
const counted = task(count, { input: { lines: any.text } });
const named = task(name, { input: { facts: any.text } });
const printed = task(print, { input: { text: any.facts } });
const joined = task(print, { input: { text: any.lines } });
const typed = task(count, { input: { lines: file.text } });

// What is converted has the type that it gives, for TypeScript and for the compiler.
const fine = task(count, { input: { lines: asLines(file.text) } });
const good = task(name, { input: { facts: asJson(file.text, Facts) } });
const well = task(print, { input: { text: asText(file.facts) } });
const post = frontMatter(file.text, Facts);
const above = task(name, { input: { facts: post.data } });
const wrong = task(name, { input: { facts: asJson(file.text, z.object({ name: z.string() })) as any } });
const field = task(print, { input: { text: (post as any).data.titel } });

export default defineScore({
  id: "notes",
  input: file,
  nodes: { counted, named, printed, joined, typed, fine, good, well, above, wrong, field },
  output: [counted.output, named.output, printed.output, joined.output, typed.output, fine.output, good.output, well.output, above.output, wrong.output, field.output],
});
