import { expect, test } from "vitest";
import { z } from "zod";
import { toSvg } from "../../src/cli/draw/svg/to-svg.ts";
import type { ScoreRecord } from "../../src/define/define-score.ts";
import { toPlan } from "../../src/define/to-plan.ts";
import {
  branch,
  defineScore,
  derive,
  eq,
  input,
  map,
  oneOf,
  optional,
  switchOn,
  task,
  text,
} from "../../src/index.ts";
import type { Plan, PlanNode } from "../../src/plan/index.ts";

/** Every kind of node, every reason for a line, and policies. */
function varied(): Plan {
  const done = { output: z.string(), run: () => "" };
  const brief = input(z.object({ polite: z.boolean(), kind: z.enum(["refund", "order"]) }));
  const found = task({ ...done, input: brief.kind, retry: { attempts: 3 }, timeout: "60s" });
  const polite = branch(eq(brief.polite, true));
  const title = task({ ...done, when: polite.yes, input: found.output, onFailure: "skip" });
  const route = switchOn(brief.kind);
  const refunded = task({ ...done, when: route.is("refund"), input: found.output, retry: "never" });
  const best = oneOf(title.output, found.output);
  const letters = map({
    over: derive([best], (name) => [name]),
    maxItems: 9,
    concurrency: 4,
    each: (name) => {
      const letter = task({ ...done, input: text`Dear ${name}` });
      const stamped = task({ ...done, input: letter.output });
      return { nodes: { letter, stamped }, output: stamped.output };
    },
  });
  const count = derive([letters.output], (all) => all.length);
  const logged = task({ ...done, input: {}, after: [letters] });
  const { plan, findings } = toPlan(
    defineScore({
      id: "varied",
      title: "Letters & more",
      input: brief,
      nodes: { found, polite, title, route, refunded, best, letters, count, logged },
      output: { count, refunded: optional(refunded.output) },
    }) as unknown as ScoreRecord,
  );
  expect(findings).toEqual([]);
  return plan;
}

/** A plan as nobody writes it: `names` in a row. */
function chain(names: readonly string[]): Plan {
  const nodes = names.map((name, i): [string, PlanNode] => {
    const before = names[i - 1];
    const from =
      before === undefined ? { is: "literal", value: null } : { is: "output", node: before, up: 0, path: [] };
    return [name, { kind: "task", code: 0, input: from } as PlanNode];
  });
  const output = { is: "output", node: names.at(-1)!, up: 0, path: [] } as const;
  return { format: 1, score: "chain", concurrency: 1, body: { nodes: Object.fromEntries(nodes), output } };
}

const shapeOf = (svg: string, name: string) =>
  svg.match(new RegExp(`<title>${name}: \\w+</title><(\\w+)`))?.[1];

/** The text of every element that shows some. */
const wordsIn = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, words]) => words);

/** Is every element closed by its own name, with nothing in a text that begins another? */
function isWellFormed(svg: string): boolean {
  const open: string[] = [];
  for (const [, slash, name, end] of svg.matchAll(/<(\/?)([a-zA-Z]+)(?:\s[a-zA-Z-:]+="[^"<]*")*(\/?)>/g)) {
    if (slash && open.pop() !== name) return false;
    if (!slash && !end) open.push(name!);
  }
  return open.length === 0 && !/[<>]/.test(svg.replace(/<\/?[a-zA-Z]+(?:\s[a-zA-Z-:]+="[^"<]*")*\/?>/g, ""));
}

test("a picture needs nothing else: no script, no font, no other file", () => {
  const svg = toSvg(varied());

  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /);
  expect(svg.match(/https?:|@import|@font-face|<script|<image|href|url\((?!#)/g)).toEqual(["http:"]);
  expect(isWellFormed(svg)).toBe(true);
});

test("kinds differ in shape, and what a map plays stands in a frame", () => {
  const svg = toSvg(varied());

  expect(shapeOf(svg, "found")).toBe("rect");
  expect(shapeOf(svg, "polite")).toBe("polygon");
  expect(shapeOf(svg, "best")).toBe("polygon");
  expect(wordsIn(svg)).toContain("letters: each item");
  expect(svg.match(/class="frame"/g)).toHaveLength(1);
  expect(wordsIn(svg)).toEqual(
    expect.arrayContaining(["letter", "stamped", "branch", "switchOn", "derive", "oneOf"]),
  );
});

test("a guard is a dotted line with its case, and order alone a dashed one", () => {
  const svg = toSvg(varied());

  expect(svg.match(/<path class="edge guard/g)).toHaveLength(2);
  expect(svg).toMatch(/\.mg \.guard\{[^}]*stroke-dasharray/);
  expect(wordsIn(svg)).toEqual(expect.arrayContaining(["yes", "is refund", "1", "2"]));
  expect(svg.match(/<path class="edge after/g)).toHaveLength(1);
});

test("policies are badges of their node", () => {
  const badges = [...toSvg(varied()).matchAll(/class="badge">.*?<text[^>]*>([^<]*)/g)].map(
    ([, words]) => words,
  );

  expect(badges.toSorted()).toEqual(["4 at once", "60s", "retry never", "retry ×3", "skip on failure"]);
});

test("it is light or dark as its reader likes", () => {
  const dark = toSvg(varied()).split("@media (prefers-color-scheme:dark)")[1];

  for (const part of [
    ".mg text",
    ".bg",
    ".shape",
    ".frame",
    ".edge",
    ".guard",
    ".head",
    ".badge rect",
    ".label rect",
  ])
    expect(dark).toContain(part);
});

test("no name can become a part of the picture", () => {
  const names = ['"/><script>alert(1)</script>', "a & b", "]]>", "\u001b[31m\ufffe", "次の段階", "end"];
  const svg = toSvg({ ...chain(names), score: "</title><script>", title: "<b>" });

  expect(svg).not.toContain("<script");
  expect(isWellFormed(svg)).toBe(true);
  expect(wordsIn(svg)).toEqual(
    expect.arrayContaining(["&quot;/&gt;&lt;script&gt;alert(1)&lt;/script&gt;", "a &amp; b"]),
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML allows none of them
  expect(svg).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe]/);
});

test("a plan with a cycle is drawn all the same", () => {
  const plan = chain(["a", "b"]);
  const looped = { ...plan.body.nodes.a!, input: { is: "output", node: "b", up: 0, path: [] } } as PlanNode;
  const svg = toSvg({ ...plan, body: { ...plan.body, nodes: { ...plan.body.nodes, a: looped } } });

  expect(wordsIn(svg)).toEqual(expect.arrayContaining(["a", "b"]));
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
});

test("a map in a map is a frame in a frame", () => {
  const list = input(z.object({ rows: z.array(z.array(z.string())) }));
  const rows = map({
    over: list.rows,
    maxItems: 9,
    each: (row) =>
      map({
        over: row,
        maxItems: 9,
        each: (cell) => task({ input: cell, output: z.string(), run: () => "" }),
      }),
  });
  const { plan } = toPlan(
    defineScore({ id: "t", input: list, nodes: { rows }, output: rows.output }) as unknown as ScoreRecord,
  );
  const frames = [
    ...toSvg(plan).matchAll(/class="frame" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g),
  ].map(([, ...numbers]) => numbers.map(Number) as [number, number, number, number]);

  const [[x, y, width, height], [innerX, innerY, innerWidth, innerHeight]] = frames as [
    (typeof frames)[0],
    (typeof frames)[0],
  ];
  expect(innerX).toBeGreaterThan(x);
  expect(innerY).toBeGreaterThan(y);
  expect(innerX + innerWidth).toBeLessThan(x + width);
  expect(innerY + innerHeight).toBeLessThan(y + height);
});

test("a thousand steps in a row are drawn", () => {
  const svg = toSvg(chain(Array.from({ length: 1_000 }, (_, i) => `n${i}`)));

  expect(svg.match(/class="name"/g)).toHaveLength(1_001);
});
