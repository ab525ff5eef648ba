import { expect, test } from "vitest";
import { z } from "zod";
import { toAscii } from "../../src/cli/draw/to-ascii.ts";
import { toDrawing } from "../../src/cli/draw/to-drawing.ts";
import { toList } from "../../src/cli/draw/to-list.ts";
import { toMermaid } from "../../src/cli/draw/to-mermaid.ts";
import type { ScoreRecord } from "../../src/define/define-score.ts";
import { toPlan } from "../../src/define/to-plan.ts";
import {
  branch,
  defineScore,
  defineTask,
  derive,
  eq,
  gte,
  input,
  map,
  not,
  oneOf,
  optional,
  switchOn,
  task,
  text,
} from "../../src/index.ts";
import type { Plan } from "../../src/plan/index.ts";

const planOf = (score: unknown): Plan => {
  const { plan, findings } = toPlan(score as ScoreRecord);
  expect(findings).toEqual([]);
  return plan;
};

/** Every kind of node and every reason for an edge. */
function varied(): Plan {
  const Lead = z.object({ name: z.string() });
  const brief = input(z.object({ profile: z.string(), kind: z.enum(["refund", "order"]) }));
  const done = { output: z.string(), run: () => "" };
  const found = task({
    input: { profile: brief.profile },
    output: z.object({ leads: z.array(Lead), quality: z.number() }),
    run: () => ({ leads: [], quality: 1 }),
  });
  const good = branch(gte(found.output.quality, 0.8));
  const enriched = task({ when: good.no, input: found.output.leads, output: z.array(Lead), run: () => [] });
  const drafts = map({
    over: oneOf(enriched.output, found.output.leads),
    maxItems: 50,
    each: (lead) => {
      const letter = task({ ...done, input: { to: text`Dear ${lead.name} of ${brief.profile}` } });
      const checked = task({ ...done, input: letter.output });
      return { nodes: { letter, checked }, output: checked.output };
    },
  });
  const route = switchOn(brief.kind);
  const refunded = task({ ...done, when: route.is("refund"), input: drafts.output });
  const other = task({ ...done, when: route.otherwise, input: drafts.output });
  const count = derive([drafts.output], (all) => all.length);
  const logged = task({ ...done, when: not(good.yes), after: [drafts, found, other], input: { count } });
  return planOf(
    defineScore({
      id: "leads",
      input: brief,
      nodes: { found, good, enriched, drafts, route, refunded, other, count, logged },
      output: [optional(refunded.output), optional(other.output)],
    }),
  );
}

test("a score is drawn for Mermaid with a shape for each kind, a frame around what a map plays, and a dotted line for order alone", () => {
  expect(toMermaid(varied())).toMatchInlineSnapshot(`
    "flowchart TD
      n0(["input"])
      n1["found"]
      n2{"good"}
      n3["enriched"]
      subgraph n4["drafts: each item"]
        n5["letter"]
        n6["checked"]
      end
      n7{"route"}
      n8["refunded"]
      n9["other"]
      n10("count")
      n11["logged"]
      n12(["output"])
      n0 --> n1
      n1 --> n2
      n1 --> n3
      n2 -->|"no"| n3
      n3 -->|"1"| n4
      n1 -->|"2"| n4
      n0 --> n5
      n5 --> n6
      n0 --> n7
      n4 --> n8
      n7 -->|"is refund"| n8
      n4 --> n9
      n7 -->|"otherwise"| n9
      n4 --> n10
      n10 --> n11
      n2 -->|"no"| n11
      n4 -.-> n11
      n1 -.-> n11
      n9 -.-> n11
      n8 --> n12
      n9 --> n12
    "
  `);
});

test("a score is drawn in the terminal with the inside of its maps below it", async () => {
  const list = input(z.object({ names: z.array(z.string()), polite: z.boolean() }));
  const done = { output: z.string(), run: () => "" };
  const polite = branch(eq(list.polite, true));
  const title = task({ ...done, when: polite.yes, input: list.names });
  const plain = task({ ...done, when: polite.no, input: list.names });
  const cards = map({
    over: list.names,
    maxItems: 9,
    each: (name) => {
      const card = task({ ...done, input: { name, title: optional(title.output) } });
      const printed = task({ ...done, input: card.output });
      return { nodes: { card, printed }, output: printed.output };
    },
  });
  const count = derive([cards.output], (all) => all.length);
  const plan = planOf(
    defineScore({
      id: "cards",
      input: list,
      nodes: { polite, title, plain, cards, count },
      output: [count, optional(plain.output)],
    }),
  );

  expect(await toAscii(plan)).toMatchInlineSnapshot(`
    " (───────)
     │ input │
     (───┬───)
         │
         │
         ▼
     ◇───────◇
     │ polite├───────┐
     ◇───┬───◇      no
        yes          │
         │           │
         ▼           ▼
     ┌───────┐    ┌─────┐
     │ title │    │plain│
     └───┬───┘    └──┬──┘
         │           │
         │           │
         ▼           │
     ┌───────┐       │
     │ cards │       │
     └───┬───┘       │
         │           │
         │           │
         ▼           │
     ╭───────╮       │
     │ count │       │
     ╰───┬───╯       │
         │           │
         ├───────────┘
         ▼
     (───────)
     │ output│
     (───────)

    cards, each item:
    ┌───────┐
    │  card │
    └───┬───┘
        │
        │
        ▼
    ┌───────┐
    │printed│
    └───────┘

    Not drawn: 3 edges that follow from others (--format mermaid has all).
    "
  `);
});

test("a score whose drawing would be a knot, with boxes or labels drawn over, is a list", async () => {
  expect(await toAscii(varied())).toBe(toList(toDrawing(varied())));
});

test("the list names each node once, below as many levels as have to be played before it", () => {
  expect(toList(toDrawing(varied()))).toMatchInlineSnapshot(`
    "leads: 13 nodes
    level 0
      input
    level 1
      found      task      ← input
      route      switchOn  ← input
    level 2
      good       branch    ← found
    level 3
      enriched   task      ← found, good (no)
    level 4
      drafts     map       ← enriched (1), found (2)
        letter   task      ← input
        checked  task      ← drafts/letter
    level 5
      refunded   task      ← drafts, route (is refund)
      other      task      ← drafts, route (otherwise)
      count      derive    ← drafts
    level 6
      logged     task      ← count, good (no), after drafts, after found, after other
      output               ← refunded, other
    "
  `);
});

test("a map of one task is one box that names the task", async () => {
  const measure = defineTask({ id: "measure-file", input: z.string(), output: z.number(), run: () => 1 });
  const files = input(z.object({ names: z.array(z.string()) }));
  const sizes = map({ over: files.names, maxItems: 9, each: (name) => task(measure, { input: name }) });
  const plan = planOf(defineScore({ id: "sizes", input: files, nodes: { sizes }, output: sizes.output }));

  expect(await toAscii(plan)).toContain("│ sizes: each measure-file│");
  expect(await toAscii(plan)).not.toContain("each item");
  expect(toMermaid(plan)).toContain('  subgraph n1["sizes: each item"]\n    n2["measure-file"]\n  end\n');
});

test("hidden nodes are dissolved: who reads through several of them is connected with what they read", () => {
  const word = input(z.object({ first: z.string(), second: z.string() }));
  const a = task({ input: word.first, output: z.string(), run: () => "" });
  const b = task({ input: word.second, output: z.string(), run: () => "" });
  const both = text`${text`${a.output}!`} ${derive([b.output], (s) => s.length)}`;
  const c = task({ input: { both }, output: z.string(), run: () => "" });
  const { nodes, edges } = toDrawing(planOf(defineScore({ id: "words", input: word, nodes: { a, b, c } })));

  expect(nodes.map(({ name }) => name)).toEqual(["$input", "a", "b", "c"]);
  expect(edges.filter(({ to }) => to === "c")).toEqual([
    { from: "a", to: "c", kind: "data" },
    { from: "b", to: "c", kind: "data" },
  ]);
});

test("a guard is labelled with its case, and a negated one with the other", () => {
  const guards = toDrawing(varied()).edges.filter(({ kind }) => kind === "guard");

  expect(guards).toEqual([
    { from: "good", to: "enriched", kind: "guard", label: "no" },
    { from: "route", to: "refunded", kind: "guard", label: "is refund" },
    { from: "route", to: "other", kind: "guard", label: "otherwise" },
    { from: "good", to: "logged", kind: "guard", label: "no" },
  ]);
});

test("a value of an outer scope that only the output of a map reads leads to the map", () => {
  const list = input(z.object({ names: z.array(z.string()) }));
  const season = task({ input: {}, output: z.string(), run: () => "spring" });
  const cards = map({
    over: list.names,
    maxItems: 9,
    each: (name) => {
      const card = task({ input: name, output: z.string(), run: () => "" });
      return { nodes: { card }, output: { card: card.output, season: season.output } };
    },
  });
  const { edges } = toDrawing(planOf(defineScore({ id: "cards", input: list, nodes: { season, cards } })));

  expect(edges).toContainEqual({ from: "season", to: "cards", kind: "data" });
  expect(edges.filter(({ from }) => from.startsWith("cards/"))).toEqual([]);
});

test("nodes called input and output are not taken for the score's own", () => {
  const own = input(z.object({ n: z.number() }));
  const first = task({ input: own.n, output: z.number(), run: () => 1 });
  const last = task({ input: first.output, output: z.number(), run: () => 1 });
  const { edges } = toDrawing(
    planOf(
      defineScore({ id: "own", input: own, nodes: { input: first, output: last }, output: last.output }),
    ),
  );

  expect(edges.map(({ from, to }) => `${from} → ${to}`)).toEqual([
    "$input → input",
    "input → output",
    "output → $output",
  ]);
});

test("policies stand behind names, in the list beside the kind, and below a picture", async () => {
  const list = input(z.object({ names: z.array(z.string()) }));
  const done = { output: z.string(), run: () => "" };
  const first = task({ ...done, input: list.names, retry: { attempts: 3 }, timeout: "60s" });
  const cards = map({
    over: list.names,
    maxItems: 9,
    concurrency: 2,
    onItemError: "collect",
    each: (name) => task({ ...done, input: { name, first: first.output }, retry: "never", timeout: "24h" }),
  });
  const plan = planOf(
    defineScore({ id: "cards", input: list, nodes: { first, cards }, output: cards.output }),
  );

  expect(toMermaid(plan)).toContain('n1["first #40;retry #215;3, 60s#41;"]');
  expect(toList(toDrawing(plan))).toContain("first   task, retry ×3, 60s");
  expect(toList(toDrawing(plan))).toContain("cards   map, 2 at once, collects failures");
  expect(await toAscii(plan)).toMatch(
    /\nNodes:\n {2}first {7}task, retry ×3, 60s\n {2}cards {7}map, 2 at once, collects failures\n {2}cards\/each {2}task, retry never, 24h\n$/,
  );
});
