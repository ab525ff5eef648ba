import { describe, expect, test } from "vitest";
import { makeTypedWorkspace } from "../types/workspace.ts";
import { applyFixes, applyFixesEach, applyTypeFixes } from "./apply.ts";

const HEAD = `import { all, branch, defineScore, derive, eq, gte, map, oneOf, switchOn, task, text } from "maestro-ts";
import { z } from "zod";

const facts = z.object({ score: z.number(), title: z.string(), kind: z.enum(["bug", "refund"]), leads: z.array(z.object({ mail: z.string() })) });
const found = task({ output: facts, run: () => ({ score: 1, title: "", kind: "bug" as const, leads: [] }) }) as any;
const other = task({ output: z.object({ ["scro" + "e"]: z.number() }), run: () => ({}) }) as any;
const out = z.string();
const run = () => "";
`;

const score = (body: string, nodes: string) => `${HEAD}${body}
export default defineScore({ id: "spelling", nodes: { found, other, ${nodes} } });
`;

describe("a misspelt name is written right, and nothing else of the file is changed", () => {
  const misspelt: readonly (readonly [string, string, string, string])[] = [
    [
      "a field that is read",
      "const last = task({ input: { s: found.output.scroe }, output: out, run });",
      "scroe",
      "score",
    ],
    [
      "a field in brackets",
      "const last = task({ input: { s: found.output['scroe'] }, output: out, run });",
      "scroe",
      "score",
    ],
    [
      "a field behind letters of several units",
      "const last = task({ input: { ü: 'ä🎼', s: /* 🎻 */ found.output.scroe }, output: out, run });",
      "scroe",
      "score",
    ],
    [
      "a field of a constant",
      "const facts2 = found.output;\nconst last = task({ input: { s: facts2.scroe }, output: out, run });",
      "scroe",
      "score",
    ],
    [
      "a field of a map's item",
      "const last = map({ over: found.output.leads, maxItems: 1, each: (lead: any) => task({ input: { m: lead.mial }, output: out, run }) });",
      "mial",
      "mail",
    ],
    ["a field in a text", "const last = text`of ${found.output.titel}`;", "titel", "title"],
    [
      "a field in one operand of several, although another has its name",
      "const last = branch(all(gte(other.output.scroe, 1), gte(found.output.scroe, 2)));",
      "found.output.scroe",
      "found.output.score",
    ],
    [
      "a case of a switch",
      "const kind = switchOn(found.output.kind);\nconst a = task({ when: kind.is('refnd'), output: out, run });",
      "refnd",
      "refund",
    ],
    [
      "an option",
      "const last = task({ input: {}, tiemout: '1s', output: out, run } as never);",
      "tiemout",
      "timeout",
    ],
    [
      "an option in quotes",
      "const last = task({ 'tiemout': '1s', output: out, run } as never);",
      "tiemout",
      "timeout",
    ],
    [
      "an option inside an option",
      "const last = task({ retry: { attempts: 2, jiter: false }, output: out, run } as never);",
      "jiter",
      "jitter",
    ],
    [
      "a shorthand, which keeps its value",
      "const tiemout = '1s';\nconst last = task({ tiemout, output: out, run } as never);",
      "({ tiemout,",
      "({ timeout: tiemout,",
    ],
    [
      "a method",
      "const last = task({ output: out, run, lable() { return ''; } } as never);",
      "lable()",
      "label()",
    ],
  ];
  const sourceOf = (body: string) => score(body, body.includes("switchOn") ? "kind, a" : "last");
  const applied = applyFixesEach(
    misspelt.map(([, body]) => sourceOf(body)),
    "spelling",
  );

  test.each(misspelt.map((one, i) => [...one, i] as const))("%s", async (_what, body, wrong, right, i) => {
    const { before, after, text } = (await applied)[i]!;

    expect(before.filter((one) => one.includes("→"))).toHaveLength(1);
    expect(text).toBe(sourceOf(body).replace(wrong, right));
    expect(after.filter((one) => /^MS(2102|2201|4006)/.test(one))).toEqual([]);
  });

  test.each<[string, string]>([
    ["CRLF", "\r\n"],
    ["LF", "\n"],
  ])("in a file with %s and a byte order mark", async (_what, ends) => {
    const source = `\ufeff${score("const last = task({ input: { s: found.output.scroe }, output: out, run });", "last")}`;

    const applied = await applyFixes({ "scores/spelling.ts": source.replaceAll("\n", ends) });

    expect(applied.files["scores/spelling.ts"]).toBe(
      source.replace("output.scroe", "output.score").replaceAll("\n", ends),
    );
  });

  test("in the first line of a file with a byte order mark", async () => {
    const source =
      '\ufeffimport { defineScore, task } from "maestro-ts"; import { z } from "zod"; const a = task({ output: z.string(), run: () => "", lable: "x" } as never); export default defineScore({ id: "one", nodes: { a } });\n';

    const applied = await applyFixes({ "scores/one.ts": source });

    expect(applied.files["scores/one.ts"]).toBe(source.replace("lable", "label"));
  });
});

describe("nothing is offered when another change could be meant", () => {
  const unclear: readonly (readonly [string, string, string])[] = [
    [
      "two names are as near",
      "const near = task({ output: z.object({ leads: out, leafs: out }), run: () => ({ leads: '', leafs: '' }) }) as any;\nconst last = task({ input: { s: near.output.leaks }, output: out, run });",
      "near, last",
    ],
    [
      "no name is near",
      "const last = task({ input: { s: found.output.zzzzzz }, output: out, run });",
      "last",
    ],
    [
      "it is read in a function that others may call",
      "const of = (from: any) => task({ input: { s: from.output.scroe }, output: out, run });\nconst last = of(found);\nconst more = of(other);",
      "last, more",
    ],
    [
      "the node is built in a function, with a field of that name for others",
      "const make = (output: any) => {\n  const own = task({ output, run: () => ({}) }) as any;\n  return { own, read: task({ input: { s: own.output.scroe }, output: out, run }) };\n};\nconst { own: a, read: b } = make(z.object({ score: out }));\nconst { own: c, read: d } = make(z.object({ ['scro' + 'e']: out }));",
      "a, b, c, d",
    ],
    [
      "what is read there is another node's, and right",
      "const pick = (a: any, b: any) => a.output['scro' + 'e'];\nconst last = task({ input: { s: pick(found, other.output.scroe) }, output: out, run });",
      "last",
    ],
    [
      "it is read twice in what is bound",
      "const pick = (a: any, b: any) => a;\nconst last = task({ input: { s: pick(found.output.scroe, other.output.scroe) }, output: out, run });",
      "last",
    ],
    [
      "the right option stands beside it",
      "const last = task({ timeout: '1s', tiemout: '1s', output: out, run } as never);",
      "last",
    ],
    [
      "the option stands in what is shared",
      "const shared = { tiemout: '1s' };\nconst last = task({ ...shared, output: out, run } as never);",
      "last",
    ],
  ];
  const applied = applyFixesEach(
    unclear.map(([, body, nodes]) => score(body, nodes)),
    "spelling",
  );

  test.each(unclear.map(([what], i) => [what, i] as const))("%s", async (_what, i) => {
    const { before, after } = (await applied)[i]!;

    expect(before.length).toBeGreaterThan(0);
    expect(before.filter((one) => one.includes("→"))).toEqual([]);
    expect(after).toEqual(before);
  });

  test("the file stands beside the workspace", async () => {
    const { before } = await applyFixes({
      "scores/spelling.ts": 'export { default } from "../../shared-of-fixes.ts";\n',
    });

    expect(before.filter((one) => one.includes("→"))).toEqual([]);
  });
});

describe("a misspelt import is written right", () => {
  const letters = (from: string, use = "signature") => `import { defineScore, task } from "maestro-ts";
import { z } from "zod";
import { ${from} } from './lib/texts.ts';

const own = { signeture: 1 };
const work = task({ input: { ${use}, n: own.signeture }, output: z.number(), run: () => 1 });

export default defineScore({ id: "letters", nodes: { work } });
`;
  const texts = 'export const greeting = "";\nexport const signature = "";\n';

  test.each<[string, string, string]>([
    [
      "wherever it is used",
      letters("greeting, signeture", "a: signeture, b: [signeture]"),
      letters("greeting, signature", "a: signature, b: [signature]"),
    ],
    [
      "where it is a shorthand",
      letters("signeture", "signeture"),
      letters("signature", "signeture: signature"),
    ],
    ["under a name of its own", letters("signeture as s", "s"), letters("signature as s", "s")],
  ])("%s", async (_what, before, after) => {
    const applied = await applyFixes({ "scores/letters.ts": before, "scores/lib/texts.ts": texts });

    expect(applied.before).toEqual(['MS1013 "signeture" → "signature"']);
    expect(applied.files["scores/letters.ts"]).toBe(after);
    expect(applied.after).toEqual([]);
  });

  test("the name of a file, with its quotes", async () => {
    const source = letters("signature").replace("texts.ts", "txets.ts");

    const applied = await applyFixes({ "scores/letters.ts": source, "scores/lib/texts.ts": texts });

    expect(applied.before).toEqual(['MS1013 "./lib/txets.ts" → "./lib/texts.ts"']);
    expect(applied.files["scores/letters.ts"]).toBe(letters("signature"));
  });

  test.each<[string, string]>([
    [
      "the name is declared again",
      letters("signeture", "a: signeture").replace(
        "const own",
        "const f = (signeture: 1) => signeture;\nconst own",
      ),
    ],
    [
      "the right name has another meaning",
      letters("signeture", "a: signeture").replace("const own", "const signature = 1;\nconst own"),
    ],
  ])("but not when %s", async (_what, source) => {
    const { before } = await applyFixes({ "scores/letters.ts": source, "scores/lib/texts.ts": texts });

    expect(before).toEqual(["MS1013"]);
  });
});

test("what TypeScript itself suggests is written", async () => {
  const source = `import { defineScore, task } from "maestro-ts";
import { z } from "zod";
import type { Lettre } from "./lib/letter.ts";

const letter: Lettre = { title: "", boddy: "", kind: "mail" };
const titel = letter["titel"];
const length = leter.title.lenght;
const work = task({ input: { length, titel }, output: z.number(), run: () => 1, onFailure: "skp" });

export default defineScore({ id: "letters", nodes: { work } });
`;
  const lib = 'export interface Letter { title: string; body: string; kind: "mail" | "form" }\n';
  using workspace = makeTypedWorkspace({ "scores/letters.ts": source, "scores/lib/letter.ts": lib });

  const applied = await applyTypeFixes(workspace, { files: ["scores/letters.ts"], passes: 3 });

  expect(applied.files["scores/letters.ts"]).toBe(
    source
      .replaceAll("Lettre", "Letter")
      .replace("boddy:", "body:")
      .replace('"titel"', '"title"')
      .replace("leter.title.lenght", "letter.title.length")
      .replace('"skp"', '"skip"'),
  );
});
