import type { Board, ShownRun, Source } from "../../src/tui/source.ts";
import type { StepDetail } from "../../src/views/run-detail.ts";

export const NOW = Date.UTC(2026, 10, 20, 12, 0, 0);

const run = (
  id: string,
  score: string,
  status: Board["runs"][number]["status"],
  agoMs: number,
  tookMs?: number,
) => ({
  id,
  score,
  status,
  deployment: "d".repeat(64),
  reason: null,
  error: null,
  recoveries: 0,
  createdAt: NOW - agoMs,
  startedAt: NOW - agoMs,
  endedAt: tookMs === undefined ? null : NOW - agoMs + tookMs,
  parent: null,
  priority: 0,
  orchestra: null,
  dueAt: null,
  source: null,
  flags: null,
});

export const BOARD = {
  name: "outreach",
  owner: "dev",
  isScheduled: false,
  hasTypes: true,
  scores: [
    { id: "cold-leads", title: "Cold leads", file: "scores/cold-leads.ts", nodes: 7, errors: 0 },
    { id: "weekly-report", file: "scores/weekly-report.ts", nodes: 12, errors: 2 },
  ],
  agents: [{ id: "writer", file: "agents/writer.ts", model: "anthropic/claude-sonnet" }],
  orchestras: [
    {
      id: "weekdays",
      name: "Cold leads, weekdays",
      score: "cold-leads",
      schedule: "0 9 * * 1-5",
      deployed: {
        id: "weekdays",
        name: "Cold leads, weekdays",
        tag: "Outreach",
        score: "cold-leads",
        status: "scheduled",
        isEnabled: true,
        isPaused: false,
        schedule: { cron: "0 8 * * 1-5", timezone: "Europe/Berlin" },
        next: [NOW + 3_600_000, NOW + 90_000_000],
        runs: [
          { id: "run_3", status: "completed", createdAt: NOW, dueAt: NOW },
          { id: "run_2", status: "failed", createdAt: NOW, dueAt: NOW },
          { id: "run_1", status: "completed", createdAt: NOW, dueAt: NOW },
        ],
        successRate: 2 / 3,
        weekMicroUsd: 410_000,
        weekUnpriced: 0,
        overrides: [
          {
            field: "cron",
            value: "0 8 * * 1-5",
            desired: '"0 9 * * 1-5"',
            who: "ada",
            why: "before the market opens",
            at: NOW,
          },
        ],
      },
    },
    { id: "sundays", score: "cold-leads", schedule: "0 7 * * 0" },
  ],
  runs: [
    run("run_01a1f99e2b2474119b623bc4d3844830", "cold-leads", "waiting", 61_000),
    run("run_01a1f99383ce75578d528911b7235e34", "weekly-report", "failed", 3_700_000, 12_300),
    run("run_01a1f99398187154b22e2f7e18c235df", "cold-leads", "completed", 90_000_000, 5_400),
  ] as Board["runs"],
  checkpoints: [
    {
      run: "run_01a1f99e2b2474119b623bc4d3844830",
      key: "review",
      title: "Send these letters?",
      show: ["Dear Ada, …", "Dear Grace, …"],
      until: NOW + 86_340_000,
      askedAt: NOW - 30_000,
    },
  ],
  problems: [
    {
      link: "file:///scores/weekly-report.ts",
      severity: "error",
      code: "MS2204",
      file: "scores/weekly-report.ts",
      line: 14,
      column: 32,
      message: '"score" does not exist on the output of node "research".',
      text: 'scores/weekly-report.ts:14:32  error MS2204 unknown-field\n  "score" does not exist on the output of node "research".\n   14 |   gte(research.output.score, 0.8),\n      |                       ^^^^^\n  hint: did you mean "quality"?',
    },
  ],
  changes: [
    "12:00:01  scores/cold-leads.ts: cold-leads changed (9 ms)",
    "12:00:01    cold-leads  review  found input.max: 20 → 50",
  ],
  costs: [
    {
      name: "cold-leads",
      calls: 12,
      inputTokens: 18_000,
      outputTokens: 4_200,
      microUsd: 41_000,
      unpriced: 0,
      failed: 0,
    },
    {
      name: "weekly-report",
      calls: 2,
      inputTokens: 900,
      outputTokens: 100,
      microUsd: 3_000,
      unpriced: 0,
      failed: 1,
    },
  ],
  logs: [{ at: NOW, text: "run_01a1f99e cold-leads begins" }],
} as const satisfies Board;

const step = (
  key: string,
  kind: string,
  status: StepDetail["status"],
  from: number,
  tookMs: number | undefined,
  more: Partial<StepDetail> = {},
) =>
  ({
    key,
    kind,
    status,
    attempts: 1,
    startedAt: NOW - 61_000 + from,
    durationMs: tookMs,
    error: undefined,
    info: {},
    output: null,
    earlier: [],
    ...more,
  }) as StepDetail;

export const DETAIL = {
  run: { ...BOARD.runs[0]!, source: null },
  input: { profile: "saas-founders", max: 3 },
  error: undefined,
  inside: { drafts: { done: 3, failed: 1, startedAt: NOW - 41_000 } },
  spent: {},
  steps: [
    step("found", "task", "completed", 0, 20_000, {
      attempts: 2,
      error: "the service is busy",
      output: { leads: [{ name: "Ada" }, { name: "Grace" }], quality: 0.9 },
      earlier: [{ attempt: 1, status: "failed", error: "the service is busy", info: {} }],
    }),
    step("good", "branch", "completed", 20_000, 0),
    step("enriched", "task", "skipped", 20_000, 0, { info: { reason: "guard" } }),
    step("drafts", "map", "running", 20_000, undefined, { info: { items: 4 } }),
    step("review", "checkpoint", "running", 31_000, undefined),
  ],
  waiting: [],
  logs: [{ at: NOW - 50_000, step: "found", message: "asked twice" }],
} as unknown as ShownRun;

/** The same run, played step by step: `review` waits for somebody to let it begin. */
export const STEPPED = {
  ...DETAIL,
  run: { ...DETAIL.run, status: "running" },
  steps: DETAIL.steps.slice(0, 2),
  stepping: [
    { step: "enriched", kind: "task", attempt: 1, input: { leads: [{ name: "Ada" }, { name: "Grace" }] } },
    { step: "big", kind: "switchOn", attempt: 1, input: "small" },
  ],
} as unknown as ShownRun;

/** A step that asks a model: what it says now, what it cost, how it was tried and what was decided. */
export const ASKING = {
  ...DETAIL,
  run: { ...DETAIL.run, status: "running" },
  spent: {
    letter: { calls: 2, tokens: 2_200, microUsd: 4_000, unpriced: 0 },
    drafts: { calls: 9, tokens: 20_000, microUsd: 36_000, unpriced: 0 },
  },
  live: {
    texts: { letter: { text: "Dear Ada, I write to you because", characters: 4_000 } },
    progress: {},
    sizes: {},
  },
  learnings: { letter: [{ text: "The service is busy on Fridays." }] },
  steps: [
    step("letter", "agent", "running", 0, undefined, {
      attempts: 2,
      info: {
        route: {
          policy: "balanced",
          models: ["anthropic/claude-sonnet", "local/llama"],
          weighed: [],
          because: {
            state: "nothing has failed",
            quality: "0.92 of 1 in 40 values",
            dependencies: "two nodes read it",
            resources: "",
            budget: "$0.42 are left",
          },
          round: 0,
          escalation: 0,
          failures: 1,
        },
      },
      earlier: [
        {
          attempt: 1,
          status: "failed",
          error: "the service is busy",
          info: { choice: { way: "retry", why: "the service comes back mostly (0.9)" } },
        },
      ],
    }),
    ...DETAIL.steps,
  ],
} as unknown as ShownRun;

export const DRAWING = {
  picture: ["┌───────┐", "│ found │", "└───┬───┘", "    │", "    ▼", "┌───────┐", "│ good  │", "└───────┘"],
  list: ["cold-leads: 2 nodes", "level 0", "  found  task", "level 1", "  good   branch  ← found"],
  levels: [["found"], ["good"]],
};

/** A source that knows the sample, and keeps what it was asked to do. */
export function sampleSource(shown: ShownRun = DETAIL): Source & { readonly done: unknown[]; tell(): void } {
  const done: unknown[] = [];
  const listeners = new Set<() => void>();
  return {
    done,
    tell: () => {
      for (const listener of listeners) listener();
    },
    board: async () => BOARD,
    run: async () => shown,
    drawing: async () => DRAWING,
    inputOf: async () => ({
      type: "object",
      properties: {
        profile: { type: "string", description: "whom to look for" },
        max: { type: "integer", default: 20 },
        tone: { enum: ["short", "warm"] },
        dry: { type: "boolean" },
      },
      required: ["profile"],
    }),
    formOf: async (_run, step) =>
      step === "big" ? { cases: ["small", "large"] } : { schema: { type: "string" } },
    decisionOf: async () => ({
      type: "object",
      properties: { send: { type: "boolean" } },
      required: ["send"],
    }),
    needsTerminal: () => false,
    perform: async (action) => {
      done.push(action);
      return "done";
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
