import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { toSvg } from "../../src/cli/draw/svg/to-svg.ts";
import { toAscii } from "../../src/cli/draw/to-ascii.ts";
import { toDrawing } from "../../src/cli/draw/to-drawing.ts";
import { toList } from "../../src/cli/draw/to-list.ts";
import { toMermaid } from "../../src/cli/draw/to-mermaid.ts";
import type { ScoreRecord } from "../../src/define/define-score.ts";
import { toPlan } from "../../src/define/to-plan.ts";
import { checkpoint, defineScore, eq, http, input, loop, shell, task, text, wait } from "../../src/index.ts";
import type { Plan, PlanNode } from "../../src/plan/index.ts";

const HERE = new URL("../compile/ok/", import.meta.url);
let kinds: Plan;

/** The score with every kind, whose imports of the package are those of the source. */
beforeAll(async () => {
  const { default: score } = await import(new URL("kinds.ts", HERE).href);
  kinds = planOf(score);
});

function planOf(score: unknown): Plan {
  const { plan, findings } = toPlan(score as ScoreRecord);
  expect(findings).toEqual([]);
  return plan;
}

const nodeOf = (plan: Plan, name: string) => toDrawing(plan).nodes.find((node) => node.name === name);

test("every kind says what it asks, plays or runs", () => {
  const said = toDrawing(kinds).nodes.flatMap(({ name, kind, detail }) =>
    detail === undefined ? [] : [`${name}: ${kind} ${detail}`],
  );

  expect(said).toEqual([
    "leads: http GET crm.example.com",
    "log: shell git",
    "drafts/short: agent quick, fast",
    "drafts/draft: agent writer, anthropic/claude-sonnet",
    "pause: wait 2h",
    "review: checkpoint asks sales",
    "sent: score diamond",
    "receipt: http POST crm.example.com",
  ]);
});

test("every policy is said in a few words", () => {
  const agreed = Object.fromEntries(
    toDrawing(kinds).nodes.flatMap(({ name, policies }) => (policies ? [[name, policies]] : [])),
  );

  expect(agreed).toEqual({
    leads: ["retry ×3", "30s", "critical importance"],
    log: ["10s", "skip on failure"],
    outline: ["else from best"],
    drafts: ["4 at once"],
    "drafts/draft": ["60s", "else short"],
    "drafts/kept": ["judge ≥ 0.8, else retry", "retry ×3"],
    best: ["at most 4 turns", "until gte(better.output.score, 0.9)", "else the last state"],
    review: ["24h, then reject"],
    sent: ["60m"],
    receipt: ["retry ×2", "else a value"],
    booked: ["retry never"],
  });
  expect(toDrawing(kinds).policies).toEqual(["7d in all"]);
});

test("what steps and runs share is said as well", () => {
  const built = shell({
    command: ["make"],
    resources: { cpu: 4, licence: 1 },
    tags: ["nightly"],
    idempotent: true,
    cache: { ttl: "1h" },
  });
  const plan = planOf(defineScore({ id: "build", nodes: { built }, runs: { max: 1 }, tags: ["nightly"] }));

  expect(nodeOf(plan, "built")?.policies).toEqual(["cached 60m", "cpu ×4", "licence ×1", "#nightly"]);
  expect(toDrawing(plan).policies).toEqual(["1 run at once", "#nightly"]);
});

test("an edge leads to a stand-in, and from a later node to what is rebuilt from it", () => {
  const { edges } = toDrawing(kinds);

  expect(edges.filter(({ kind }) => kind === "fallback" || kind === "reconstruct")).toEqual([
    { from: "best", to: "outline", kind: "reconstruct", label: "rebuilds" },
    { from: "drafts/draft", to: "drafts/short", kind: "fallback", label: "if it fails" },
  ]);
});

test("what is played when a run fails stands behind everything else, in a frame of its own", () => {
  const { nodes, edges } = toDrawing(kinds);

  expect(nodes.slice(-3).map(({ name, inside }) => [name, inside])).toEqual([
    ["$output", undefined],
    ["$onError", undefined],
    ["$onError/each", "$onError"],
  ]);
  expect(edges).toContainEqual({ from: "leads", to: "$onError/each", kind: "data" });
  expect(toList(toDrawing(kinds))).toMatch(/\nif the run fails\n {2}task +task +← leads\n$/);
});

test("a value of an outer scope that only a loop's condition reads leads to the loop", () => {
  const own = input(z.object({ words: z.string() }));
  const limit = task({ input: {}, output: z.string(), run: () => "" });
  const longer = loop({
    state: z.object({ words: z.string() }),
    start: { words: own.words },
    max: 1,
    each: (state) => {
      const more = task({ input: state.words, output: z.string(), run: () => "" });
      return { nodes: { more }, next: { words: more.output }, until: eq(more.output, limit.output) };
    },
  });
  const plan = planOf(defineScore({ id: "longer", input: own, nodes: { limit, longer } }));

  expect(toDrawing(plan).edges).toContainEqual({ from: "limit", to: "longer", kind: "data" });
  expect(nodeOf(plan, "longer")?.policies).toEqual(["at most 1 turn", "until eq(more.output, limit.output)"]);
});

test("what is only known when it is played is not said", () => {
  const own = input(z.object({ url: z.string(), program: z.string(), at: z.string() }));
  const bare = http({ url: own.url, response: z.string() });
  const part = http({ url: text`https://${own.url}/leads`, response: z.string() });
  const whole = http({ url: text`https://me@crm.example.com:8080?q=${own.url}`, response: z.string() });
  const named = shell({ command: [own.program, "x"] });
  const script = shell({ script: "ls | wc" });
  const until = wait({ until: own.at });
  const instant = wait({ until: "2027-01-31T09:00:00Z" });
  const asked = checkpoint({
    title: "Go on?",
    decision: z.object({ go: z.boolean() }),
    timeout: "2h",
    onTimeout: { decide: { go: true } },
  });
  const plan = planOf(
    defineScore({
      id: "open",
      input: own,
      nodes: { bare, part, whole, named, script, until, instant, asked },
    }),
  );

  expect(Object.keys(plan.body.nodes).map((name) => nodeOf(plan, name)?.detail)).toEqual([
    "GET",
    "GET",
    "GET crm.example.com:8080",
    undefined,
    "sh",
    "until input.at",
    "until 2027-01-31T09:00:00Z",
    undefined,
    undefined,
    undefined,
  ]);
  expect(nodeOf(plan, "asked")?.policies).toEqual(['2h, then decide {"go":true}']);
});

test("in the terminal the inside of a loop and what is played after a failure have pictures of their own", async () => {
  const drawn = await toAscii(kinds);

  expect(drawn).toContain("│ best: repeats better│");
  expect(drawn).toContain("\ndrafts, each item:\n");
  expect(drawn).toMatch(/\nif the run fails \(reads leads\):\n┌────┐\n│task│\n└────┘\n/);
  expect(drawn).toContain("  review         checkpoint asks sales, 24h, then reject\n");
  expect(drawn).toContain("  the whole run  7d in all\n");
  expect(Math.max(...drawn.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
});

test("the list keeps within 100 columns where it can, and reads stand below one another", () => {
  const list = toList(toDrawing(kinds));

  expect(list).toMatch(/^kinds: 19 nodes, 7d in all\n/);
  expect(list).toContain(
    "  best      loop, at most 4 turns, until gte(better.output.score, 0.9), else the last state\n              ← drafts\n",
  );
  const many = Array.from({ length: 40 }, (_, i): [string, PlanNode] => [`number${i}`, plain]);
  const output = {
    is: "array",
    items: many.map(([node]) => ({ is: "output", node, up: 0, path: [] }) as const),
  } as const;
  const wide = toList(toDrawing({ ...kinds, body: { nodes: Object.fromEntries(many), output } }));
  expect(Math.max(...wide.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
});

const plain: PlanNode = { kind: "task", code: 0, input: { is: "literal", value: null } };

test("for Mermaid a kind without a shape of its own is named, and what follows a failure is a thick line", () => {
  const source = toMermaid(kinds);

  expect(source).toMatch(/^---\ntitle: "kinds: 7d in all"\n---\nflowchart TD\n/);
  expect(source).toContain(
    'n1["leads #40;http GET crm.example.com, retry #215;3, 30s, critical importance#41;"]',
  );
  expect(source).toContain('[("kept #40;artifact, judge #8805; 0.8, else retry, retry #215;3#41;")]');
  expect(source).toContain('{{"review #40;checkpoint asks sales, 24h, then reject#41;"}}');
  expect(source).toMatch(/n\d+ ==>\|"if it fails"\| n\d+\n/);
  expect(source).toMatch(/subgraph n\d+\["if the run fails"\]\n {4}n\d+\["task"\]\n {2}end\n/);
});

test("in a picture a loop is a frame, what follows a failure is red, and the line of what is rebuilt points up", () => {
  const svg = toSvg(kinds);
  const words = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, word]) => word);

  expect(svg.match(/class="frame"/g)).toHaveLength(3);
  expect(words).toEqual(
    expect.arrayContaining([
      "best: each turn",
      "until gte(better.output.score, 0.9)",
      "if the run fails",
      "agent writer, anthropic/claude-sonnet",
      "if it fails",
      "rebuilds",
      "7d in all",
    ]),
  );
  expect(svg.match(/<path class="edge failed"[^>]*marker-(start|end)/g)).toHaveLength(2);
  expect(svg.match(/marker-start="url\(#mg-back-head\)"/g)).toHaveLength(1);
});

test("what is played after a failure stands below everything else in a picture", () => {
  const svg = toSvg(kinds);
  const bottoms = [
    ...svg.matchAll(/<(?:rect|polygon) class="(?:shape|frame)"[^>]*?(?: y="([\d.]+)"|points="([^"]*)")/g),
  ].map(([, y, points]) => Number(y ?? points!.split(" ")[0]!.split(",")[1]));
  const frame = Number(
    svg.match(/\$onError: onError<\/title><rect class="frame" x="[\d.]+" y="([\d.]+)"/)?.[1],
  );

  // The frame itself and the one box in it are the lowest.
  expect(bottoms.filter((y) => y >= frame)).toHaveLength(2);
});

test("no line ends in a piece without a length, which would turn its arrow aside", () => {
  for (const [, path] of toSvg(kinds).matchAll(/<path class="edge[^"]*" d="([^"]+)"/g)) {
    const end = /(?:^M[\d. -]+|[\d.-]+ ([\d.-]+))V([\d.-]+)$/.exec(path!);
    if (end?.[1] !== undefined) expect(Number(end[2])).toBeGreaterThan(Number(end[1]));
  }
});

test("10,000 values that read one another without a name are drawn", () => {
  const nodes: Record<string, PlanNode> = {};
  for (let i = 0; i < 10_000; i++)
    nodes[`~text${i}`] = {
      kind: "text",
      strings: ["", ""],
      values: [{ is: "output", node: i === 0 ? "first" : `~text${i - 1}`, up: 0, path: [] }],
    };
  nodes.first = plain;
  nodes.last = { ...plain, input: { is: "output", node: "~text9999", up: 0, path: [] } };

  expect(toDrawing({ ...kinds, body: { ...kinds.body, nodes } }).edges).toContainEqual({
    from: "first",
    to: "last",
    kind: "data",
  });
});

test("10,000 nodes that are listed the wrong way round are drawn", () => {
  const nodes: Record<string, PlanNode> = {};
  for (let i = 0; i < 10_000; i++)
    nodes[`n${i}`] = { ...plain, input: { is: "output", node: `n${i + 1}`, up: 0, path: [] } };
  const plan: Plan = {
    format: 1,
    score: "long",
    concurrency: 1,
    body: { nodes, output: { is: "literal", value: {} } },
  };

  expect(toList(toDrawing(plan))).toContain("\nlevel 9999\n  n0     task  ← n1\n");
});
