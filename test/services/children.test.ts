import { expect, test } from "vitest";
import { CallJob } from "../../src/services/children/call-job.ts";
import { LineReader } from "../../src/services/children/line-reader.ts";
import { isLastWords, readJson } from "../../src/services/children/messages.ts";
import { PlayJob } from "../../src/services/children/play-job.ts";

function callOf(path: string): CallJob {
  return new CallJob(1, {
    score: 0,
    path,
    values: [1],
    timeoutMs: undefined,
    secrets: undefined,
    hasEffects: false,
    again: () => undefined,
  });
}

test.each([
  ["k", '{"value":[1]}', { value: [1] }],
  ["k", '{"problems":[]}', { problems: [] }],
  ["k", '{"problems":[{"path":"","detail":"wrong","type":"null"}]}', { problems: [expect.anything()] }],
])("a check may answer %s %s", async (kind, rest, answer) => {
  const job = callOf("tasks/0/checkOutput");

  expect(job.hear(kind, rest)).toBe("result");
  expect(await job.made).toEqual(answer);
});

test.each([
  ["k", "null"],
  ["k", "5"],
  ["k", "{}"],
  ["k", '{"problems":5}'],
  ["k", '{"problems":[null]}'],
  ["u", ""],
])("a check that answers %s %s has not been understood", (kind, rest) => {
  expect(callOf("checks/0").hear(kind, rest)).toBe("nonsense");
});

/** An attempt that nobody has told to end, and what it has told. */
function attempt() {
  const told: unknown[] = [];
  const job = new PlayJob(1, {
    score: 0,
    node: { kind: "task", task: "one", input: { is: "literal", value: null }, code: 0 },
    call: {
      input: null,
      secrets: {},
      attempt: 1,
      escalation: 0,
      idempotencyKey: "run_1/one",
      log: (message, data) => told.push([message, data]),
      progress: (done, total) => told.push([done, total]),
      whenAborted: () => undefined,
    },
  });
  return { job, told };
}

const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

test.each([
  ["k", ""],
  ["k", "boo"],
  ["k", deep(2_000)],
  ["f", "boo"],
  ["f", "null"],
  ["f", '{"message":{"toString":1}}'],
  ["f", '{"message":"","code":"toString"}'],
  ["f", '{"message":"","retryAfterMs":"soon"}'],
  ["l", "boo"],
  ["l", "[]"],
  ["l", '{"message":1}'],
  ["g", "boo"],
  ["g", "[1]"],
  ["u", ""],
  ["", ""],
])("an attempt of which its process says %s %.20s has not been understood", (kind, rest) => {
  const { job, told } = attempt();

  expect(job.hear(kind, rest)).toBe("nonsense");
  expect(told).toEqual([]);
  expect(job.isSettled).toBe(false);
});

test("an attempt tells its log and how far it is, and has the result that it is said to have", async () => {
  const { job, told } = attempt();

  expect(job.hear("l", '{"message":"half","data":{"done":1}}')).toBe("news");
  expect(job.hear("l", `{"message":"deep","data":${deep(500)}}`)).toBe("news");
  expect(job.hear("g", "[1,2]")).toBe("news");
  expect(job.hear("g", "[null,2]")).toBe("news");
  expect(job.hear("k", deep(500))).toBe("result");

  expect(told).toEqual([
    ["half", { done: 1 }],
    ["deep", expect.anything()],
    [1, 2],
  ]);
  expect(await job.performed).toMatchObject({ json: deep(500) });
});

test.each([
  "5",
  "null",
  '{"is":"exit"}',
  '{"is":"threw","name":"","detail":{"toString":1}}',
  '{"is":"gone"}',
])("%s are nobody's last words", (text) => {
  expect(isLastWords(readJson(text))).toBe(false);
});

test("a line that does not end is kept up to a length", () => {
  const lines: string[] = [];
  let endless = 0;
  const reader = new LineReader(
    (line) => lines.push(line),
    () => endless++,
  );
  const part = "x".repeat(1_000_000);

  for (let i = 0; i < 210; i++) reader.take(part);
  expect(endless).toBe(0);
  reader.take(part);
  expect(endless).toBe(1);
  reader.take("\nnext\n");

  expect(lines).toEqual(["next"]);
});
