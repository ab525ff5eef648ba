import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { makeRepository, type Repository } from "./repository.ts";

const SCORE = "scores/kinds.ts";
const read = (name: string) => readFileSync(new URL(`../compile/ok/${name}`, import.meta.url), "utf8");
const FILES = { [SCORE]: read("kinds.ts"), "scores/diamond.ts": read("diamond.ts") };

type Edit = readonly [from: string, to: string];

/** Each a score of its own in one repository: comparing that once takes little longer than comparing one of them. */
const cases: { readonly copy: string; readonly edits: readonly Edit[] }[] = [];
let comparing: Promise<ReadonlyMap<string, readonly string[]>> | undefined;

/** What differs after `edits` of the score with every kind. */
function differs(title: string, edits: readonly Edit[], expected: readonly string[]): void {
  const copy = `-${cases.length}`;
  cases.push({ copy, edits });
  test(title, async () => {
    comparing ??= compareAll();
    const changes = (await comparing).get(`kinds${copy}`);
    expect(
      changes?.map((line) => line.replaceAll(`writer${copy}`, "writer").replaceAll(`quick${copy}`, "quick")),
    ).toEqual(expected);
  });
}

function compareAll(): Promise<ReadonlyMap<string, readonly string[]>> {
  const fileOf = (copy: string) => `scores/kinds${copy}.ts`;
  const copies = cases.map(({ copy }) => [
    fileOf(copy),
    // Two definitions of one id would be an error.
    FILES[SCORE]!.replace(/id: "(kinds|writer|quick)"/g, `id: "$1${copy}"`),
  ]);
  const repository = makeRepository({ ...FILES, ...Object.fromEntries(copies) });
  for (const { copy, edits } of cases)
    for (const [from, to] of edits) repository.edit(fileOf(copy), from, to);
  return repository.changesOfAll();
}

function edit(repository: Repository, ...edits: Edit[]): void {
  for (const [from, to] of edits) repository.edit(SCORE, from, to);
}

differs(
  "a request shows its method, its address, what it sends and what it takes for an answer",
  [
    ['method: "POST"', 'method: "PUT"'],
    ["https://crm.example.com/leads", "https://crm.example.com/v2/leads"],
    ["query: { profile: brief.profile }", "query: { profile: brief.profile, page: 2 }"],
    ["text`Bearer ${secret(", "text`Token ${secret("],
    ["response: z.object({ id: z.string() })", "response: z.object({ id: z.string(), at: z.string() })"],
    ['fallback({ id: "none" })', 'fallback({ id: "none", at: "" })'],
    ['  idempotencyHeader: "Idempotency-Key",\n', "  idempotent: true,\n"],
  ],
  [
    'review leads url: "https://crm.example.com/leads" → "https://crm.example.com/v2/leads"',
    'review leads headers.authorization: text`Bearer ${secret("CRM_KEY")}` → text`Token ${secret("CRM_KEY")}`',
    "review leads query.page: added 2",
    "review receipt method: POST → PUT",
    'review receipt idempotencyHeader: removed (was "Idempotency-Key")',
    'review receipt onFailure: fallback({"id":"none"}) → fallback({"id":"none","at":""})',
    "review receipt idempotent: added true",
    "review receipt response.at: new required field",
  ],
);

differs(
  "an answer that may lack a field now breaks who reads it; one that may be less is looked at",
  [
    ["response: z.object({ id: z.string() })", "response: z.object({ id: z.string().max(9).optional() })"],
    ["input: { receipt: receipt.output.id }", 'input: { receipt: "x" }'],
  ],
  [
    "breaking receipt response.id: optional now",
    "review receipt response.id: narrowed: maxLength 9",
    'review booked input.receipt: receipt.output.id → "x"',
    "review booked reads receipt no more",
  ],
);

test("a program shows its words, and a called score its id", async () => {
  const repository = makeRepository({
    ...FILES,
    "scores/square.ts": FILES["scores/diamond.ts"]!.replace('id: "diamond"', 'id: "square"'),
  });
  edit(repository, ['"log", "--oneline"]', '"log", "--stat"]'], ["./diamond.ts", "./square.ts"]);

  expect(await repository.changes()).toEqual([
    'review log command[4]: "--oneline" → "--stat"',
    "review sent score: diamond → square",
  ]);
});

test("what a called score does is no change of the one that calls it", async () => {
  const repository = makeRepository(FILES);
  repository.edit("scores/diamond.ts", "({ n: 1 })", "({ n: 2 })");

  const { stdout } = await repository.maestro("diff");

  expect(stdout).toContain("score diamond");
  expect(stdout).not.toContain("score kinds");
});

differs(
  "an agent shows whom it asks; of one that stands in the score's own code everything shows",
  [
    ["const draft = agent(writer", "const draft = agent(quick"],
    ['model: "fast"', 'model: "openai/gpt-5-mini"'],
    ['"You write one sentence."', '"You write one sentence.\\nBe kind."'],
    ["maxTokens: 500", "maxTokens: 400"],
  ],
  [
    "review drafts/draft agent: writer → quick",
    "review agents.quick.model: fast → openai/gpt-5-mini",
    "review agents.quick.maxTokens: 500 → 400",
    'review agents.quick.instructions: added "Be kind."',
    "review code of drafts changed",
  ],
);

differs(
  "instructions that are computed are code of the nodes that ask the agent",
  [["You write short letters to", "You write long letters to"]],
  ["review code of drafts changed"],
);

differs(
  "what an agent's tools do is code of the nodes that ask it",
  [["({ found: input.company })", "({ found: input.company.trim() })"]],
  ["review code of drafts changed"],
);

differs(
  "a loop shows its state, its start, its limit, what it goes on with and when it ends",
  [
    ['max: 4,\n  onMax: "last"', "max: 3"],
    ['tone: "warm" },', 'tone: "dry" },'],
    ["next: { text: better.output.text, tone", "next: { text: state.text, tone"],
    ["gte(better.output.score, 0.9)", "gte(better.output.score, 0.95)"],
    ["input: { text: state.text, turn,", "input: { text: state.text, turn: 1,"],
  ],
  [
    'review best start.tone: "warm" → "dry"',
    "review best max: 4 → 3",
    'review best onMax: removed (was "last")',
    "review best/better input.turn: turn → 1",
    "review best next.text: best/better.output.text → state.text",
    "review best until: gte(best/better.output.score, 0.9) → gte(best/better.output.score, 0.95)",
  ],
);

differs(
  "a state that has to hold more breaks runs that are in the loop; more turns are safe",
  [
    ["state: Draft,", "state: Draft.extend({ turn: z.number(), note: z.string().optional() }),"],
    ['tone: "warm" },', 'tone: "warm", turn: 0 },'],
    ['tone: "dry" },', 'tone: "dry", turn: 1 },'],
    ["max: 4,", "max: 5,"],
  ],
  [
    "breaking best state.turn: new required field",
    "review best start.turn: added 0",
    "review best next.turn: added 1",
    "safe best max: 4 → 5",
    "safe best state.note: new optional field",
  ],
);

differs("a wait shows its length", [['for: "2h"', 'for: "3h"']], ["review pause for: 2h → 3h"]);

differs(
  "a checkpoint shows whom it asks, what, for how long, and what comes then",
  [
    ["text`Send ${", "text`Mail ${"],
    ['assignee: "sales"', 'assignee: "legal"'],
    ['timeout: "24h"', 'timeout: "12h"'],
    ['onTimeout: "reject"', "onTimeout: { decide: { send: false } }"],
  ],
  [
    "review review title: text`Send ${drafts.output[0].text}?` → text`Mail ${drafts.output[0].text}?`",
    'review review assignee: "sales" → "legal"',
    'review review onTimeout: "reject" → decide {"send":false}',
    "review review timeout: 24h → 12h",
  ],
);

differs(
  "a decision that says no more what others read, or has to say it, breaks; one that may say more does not",
  [
    [
      "decision: z.object({ send: z.boolean(), note: z.string().optional() })",
      "decision: z.object({ send: z.boolean(), why: z.string(), by: z.string().optional() })",
    ],
  ],
  [
    "breaking review decision.note: field removed",
    "breaking review decision.why: new required field",
    "safe review decision.by: new optional field",
  ],
);

test("an artifact's gates are known by their judges", async () => {
  const repository = makeRepository(FILES);
  edit(repository, [
    'gates: [{ by: judge, min: 0.8, onFail: "retry" }]',
    'gates: [{ by: strict, min: 0.5 }, { by: judge, min: 0.9, onFail: "checkpoint" }]',
  ]);
  edit(repository, [
    "const outlineOf =",
    'const strict = defineTask({ id: "strict", input: z.object({ value: Draft }), output: z.object({ score: z.number() }), run: () => ({ score: 1 }) });\nconst outlineOf =',
  ]);

  expect(await repository.changes()).toEqual([
    "review drafts/kept gates.judge: at least 0.8, else retry → at least 0.9, else checkpoint",
    "review drafts/kept gates.strict: added at least 0.5, else fail",
    "review code of drafts changed",
  ]);
});

differs(
  "code of a judge, and of what rebuilds an output, is code of the node",
  [
    ['input.value.text === "" ? 0 : 1', 'input.value.text === "" ? 0 : 0.9'],
    ["({ points: [input.text] })", "({ points: [input.text.trim()] })"],
  ],
  ["review code of 2 nodes changed: outline, drafts"],
);

differs(
  "what happens after a failure shows, in each of its forms",
  [
    ['timeout: "10s", onFailure: "skip"', 'timeout: "10s", importance: "low"'],
    ['id: "outline-of"', 'id: "outline-again"'],
    ["onFailure: fallback(short)", 'onFailure: fallback({ text: "", tone: "dry" })'],
    ['fallback({ id: "none" })', 'fallback({ id: "lost" })'],
    ['importance: "critical"', 'importance: "high"'],
  ],
  [
    'review leads importance: "critical" → "high"',
    'review log onFailure: removed (was "skip")',
    'review log importance: added "low"',
    "review outline onFailure: reconstruct(best, outline-of) → reconstruct(best, outline-again)",
    'review drafts/draft onFailure: fallback(drafts/short) → fallback({"text":"","tone":"dry"})',
    'review receipt onFailure: fallback({"id":"none"}) → fallback({"id":"lost"})',
    "review code of outline changed",
  ],
);

differs(
  "a shorter time and fewer tries are looked at; longer and more are safe",
  [
    ["retry: { attempts: 3, backoff", "retry: { attempts: 2, backoff"],
    ['timeout: "10s"', 'timeout: "20s"'],
    ['timeout: "1h"', 'timeout: "30m"'],
    ['  timeout: "7d",\n', ""],
  ],
  [
    "review leads retry: 3 attempts, 2s … 60s → 2 attempts, 2s … 60s",
    "review sent timeout: 60m → 30m",
    "safe timeout: removed (was 7d)",
    "safe log timeout: 10s → 20s",
  ],
);

differs(
  "a secret that is needed now breaks orchestras that do not bind it",
  [
    ['secrets: ["LEDGER_KEY"]', 'secrets: ["BOOK_KEY"]'],
    ["secrets.LEDGER_KEY", "secrets.BOOK_KEY"],
  ],
  [
    "breaking secrets.BOOK_KEY: needed now",
    "review booked is given the secret LEDGER_KEY no more",
    "review booked is given the secret BOOK_KEY now",
    "review code of booked changed",
    "safe secrets.LEDGER_KEY: not needed any more",
  ],
);

const HANDLER = / {2}onError: \(failure\) =>\n[\s\S]*?\}\),\n(?=\}\);)/;

test("what is played when a run fails shows like other nodes", async () => {
  const repository = makeRepository(FILES);
  edit(repository, ["${failure.step}: ${failure.message}", "${failure.step} ${failure.message}"]);
  edit(repository, ['input.text !== "" }', 'input.text === "" }']);
  const changed = await repository.changes();
  repository.write(SCORE, FILES[SCORE]!.replace(HANDLER, ""));
  const removed = await repository.changes();

  expect(changed).toEqual([
    "review onError/each input.text: text`${failure.step}: ${failure.message}` → text`${failure.step} ${failure.message}`",
    "review code of onError changed",
  ]);
  expect(removed).toEqual(["review onError removed"]);
});

differs(
  "a schema whose code alone differs is named by the option it stands under",
  [
    [
      "decision: z.object({ send: z.boolean(), note: z.string().optional() })",
      "decision: z.object({ send: z.boolean(), note: z.string().optional() }).refine(({ send }) => send)",
    ],
    [
      "response: z.object({ id: z.string() })",
      'response: z.object({ id: z.string().refine((id) => id !== "") })',
    ],
    ["state: Draft,", 'state: Draft.refine(({ text }) => text !== ""),'],
  ],
  [
    "review best code of its schemas changed",
    "review review decision: its schema's code changed",
    "review receipt response: its schema's code changed",
  ],
);

differs(
  "nodes of every kind that stand under other keys are known again",
  [
    [
      "nodes: { leads, log, outline, drafts, best, pause, review, approved, sent, receipt, booked }",
      "nodes: { leads, history: log, outline, letters: drafts, best, rest: pause, review, approved, mailed: sent, slip: receipt, booked }",
    ],
  ],
  [
    "breaking history renamed from log? its history does not follow",
    "breaking letters renamed from drafts? its history does not follow",
    "breaking rest renamed from pause? its history does not follow",
    "breaking mailed renamed from sent? its history does not follow",
    "breaking slip renamed from receipt? its history does not follow",
  ],
);

differs(
  "a renamed loop keeps what is inside it",
  [
    [
      "nodes: { leads, log, outline, drafts, best, pause,",
      "nodes: { leads, log, outline, drafts, final: best, pause,",
    ],
    ['from: "best"', 'from: "final"'],
  ],
  ["breaking final renamed from best? its history does not follow"],
);

test("programs and pull requests get them in the same parts", async () => {
  const repository = makeRepository(FILES);
  edit(
    repository,
    ["min: 0.8", "min: 0.9"],
    ['secrets: ["LEDGER_KEY"]', "secrets: []"],
    ["secrets.LEDGER_KEY", '""'],
  );

  const json = JSON.parse((await repository.maestro("diff", "--json")).stdout);
  const { stdout: markdown } = await repository.maestro("diff", "--format", "markdown");

  expect(json.subjects[0].changes).toContainEqual({
    weight: "review",
    aspect: "policy",
    node: "drafts/kept",
    path: "gates.judge",
    words: "",
    from: "at least 0.8, else retry",
    to: "at least 0.9, else retry",
  });
  expect(json.subjects[0].changes).toContainEqual({
    weight: "safe",
    aspect: "secret",
    path: "secrets.LEDGER_KEY",
    words: "not needed any more",
  });
  expect(markdown).toContain(
    "- **review** `drafts/kept` `gates.judge`: `at least 0.8, else retry` → `at least 0.9, else retry`\n",
  );
});

differs(
  "what steps and runs share shows, and is safe: it says when they begin, not what they give",
  [
    [
      'timeout: "10s", onFailure: "skip"',
      'timeout: "10s", onFailure: "skip", resources: { cpu: 2 }, tags: ["git"]',
    ],
    ['  timeout: "7d",\n', '  timeout: "7d",\n  runs: { max: 3 },\n  tags: ["crm", "nightly"],\n'],
  ],
  [
    "safe runs.max: added 3",
    "safe tags: added crm, nightly",
    "safe log resources.cpu: added 2",
    "safe log tags: added git",
  ],
);
