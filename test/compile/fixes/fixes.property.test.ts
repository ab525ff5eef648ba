import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { applyFixes } from "./apply.ts";

const comment = fc.constantFrom("", " ", "/* a, b */ ", " /* } */", "/* 🎼 { */", "\t");
const ending = fc.constantFrom("", ",", ", ", " ,", ", // { last, }", " // last");
const style = fc.record({
  mark: fc.constantFrom("", "\ufeff"),
  ends: fc.constantFrom("\n", "\r\n"),
  head: fc.constantFrom("", "/** ä🎼 */\n", "// x\n\n"),
  isLong: fc.boolean(),
  indent: fc.constantFrom("  ", "\t", "      "),
  listed: fc
    .subarray(["first", "third: third", "/* of */ 'x': extra"])
    .map((some) => ["'last-one': last", ...some]),
  between: fc.array(comment, { minLength: 4, maxLength: 4 }),
  ending,
  field: fc.constantFrom(".scroe", "['scroe']", "/* 🎻 */ . scroe", '["scroe"]'),
});

type Style = typeof style extends fc.Arbitrary<infer S> ? S : never;

/** A score with an unlisted node, a misspelt field and a misspelt option, written as `style` says. */
function write(
  id: string,
  { mark, ends, head, isLong, indent, listed, between, ending, field }: Style,
): string {
  const parts = listed.map((one, i) => between[i]! + one);
  const last = isLong || !ending.includes("//") ? ending : "";
  const nodes = isLong
    ? `{\n${parts.map((part) => indent + part).join(",\n")}${last}\n${indent}}`
    : `{${parts.join(",")}${last}}`;
  return (
    mark +
    `${head}import { defineScore, task } from "maestro-ts";
import { z } from "zod";
const out = z.object({ score: z.number() }), run = () => ({ score: 1 });
const first = task({ output: out, run }) as any;
const second = task({ output: out, run });
const third = task({ input: { n: second.output.score, m: first.output${field} }, output: out, run });
const last = task({ input: { n: third.output.score }, /* ä */ lable: "ö", output: out, run } as any);
const extra = task({ input: { n: third.output.score, m: last.output.score, f: first.output.score }, output: out, run });
export default defineScore({ id: "${id}", nodes: ${nodes} });
`.replaceAll("\n", ends)
  );
}

test.prop([fc.array(style, { minLength: 20, maxLength: 20 })], { numRuns: 2, endOnFailure: true })(
  "however a score is written, fixing removes what can be fixed, and every other byte stays",
  async (styles) => {
    const files = Object.fromEntries(
      styles.map((one, i) => [`scores/s${i}.ts`, write(`s${i}`, one)] as const),
    );

    const applied = await applyFixes(files, 5);

    expect(applied.after.filter((one) => one !== "MS2006")).toEqual([]);
    for (const [file, text] of Object.entries(files)) {
      const was = inParts(text.replace("scroe", "score").replace("lable", "label"));
      const is = inParts(applied.files[file]!);
      expect([is.before, is.after]).toEqual([was.before, was.after]);
      expect(addedTo(was.nodes, is.nodes)).toMatch(/^[,\s\w]+$/);
    }
  },
);

/** A file by what stands before, in and after its `nodes`. */
function inParts(text: string) {
  const [from, to] = [
    text.indexOf("nodes: {") + "nodes: {".length,
    text.lastIndexOf("}", text.lastIndexOf("}") - 1),
  ];
  return { before: text.slice(0, from), nodes: text.slice(from, to), after: text.slice(to) };
}

/** What `now` has besides `text`, whose every character has to be there in its order. */
function addedTo(text: string, now: string): string {
  let added = "";
  let i = 0;
  for (const character of now) {
    if (text.startsWith(character, i)) i += character.length;
    else added += character;
  }
  expect(i, `${JSON.stringify(text)} is all of it in ${JSON.stringify(now)}`).toBe(text.length);
  return added;
}
