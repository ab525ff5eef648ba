import { verdictCheck } from "../../define/write/verdict.ts";
import {
  type AgentCode,
  type AgentPlan,
  agentOfRevision,
  type ModelFlag,
  type ToolCode,
  toPartKey,
} from "../../plan/index.ts";
import type { AsidePurse } from "../../players/models/aside-purse.ts";
import type { ModelCall } from "../../players/models/model-call.ts";
import { Redactor } from "../../players/redactor.ts";
import type { ShadowOutcome } from "../../store/model-store.ts";
import { toReason } from "../../support/to-reason.ts";
import type { AttemptCall } from "../call.ts";
import { type Performance, toJsonText } from "../performance.ts";
import { redactorOf } from "../redactor-of.ts";
import { besideOf } from "./beside-of.ts";
import { compareOutputs } from "./compare-outputs.ts";
import { loadRevision } from "./revision-of.ts";
import type { Present, ShadowData } from "./shadow-data.ts";

/** When the agent says nothing. */
const LONGEST_MS = 120_000;
const LONGEST_PROBLEM = 500;
/** Of what it made, as JSON. */
const MOST_OUTPUT = 16 * 1024;

export interface Shadowing {
  readonly run: Performance;
  readonly call: AttemptCall;
  readonly agent: { readonly id: string; readonly plan: AgentPlan; readonly code: AgentCode };
  readonly flag: ModelFlag;
  /** As it was when the attempt began. */
  readonly input: unknown;
  /** What the attempt itself came to; never rejects. */
  readonly present: Promise<Present>;
  /** The process is ending. */
  readonly signal: AbortSignal;
}

/**
 * Plays an agent once more with another model, beside an attempt: by a way of its own, paid by a budget of its own, with
 * the tools that change nothing. What comes of it is compared with what the attempt gave, and written down.
 */
export async function playShadow(shadowing: Shadowing): Promise<void> {
  const { run, call, flag, input, present, signal } = shadowing;
  const { model: flagged, perDayMicroUsd } = flag;
  const shown = await shownBy(shadowing);
  const { model } = shown;
  const treasury = await run.shared.treasury();
  const now = run.clock.now;
  const priceOf = (name: string) => treasury.priceOf(name);
  const { books } = await run.shared.register();
  const of = { score: run.playable.plan.score, agent: shown.id };
  const orchestra = run.paying.orchestra ?? "";
  // What a revision costs is summed up under its own name.
  const paying = { ...of, orchestra, model, agent: flagged === model ? shown.id : flagged };
  const purse = await books.purseFor(paying, perDayMicroUsd, { priceOf, now, name: flagged });
  const asker = new Asker(shadowing, purse);
  const startedAt = now();
  const made = "problem" in shown ? shown : await asker.ask(shown, input, signal);
  const ms = Math.max(0, now() - startedAt);
  const judged = "output" in made ? await judge(shadowing, asker, made.output) : undefined;
  const given = await Promise.race([present, unknownAt(signal)]);
  const clean = asker.clean;
  const data: ShadowData = {
    present: { model: given.model, ms: given.ms, microUsd: given.microUsd, isFailed: !("output" in given) },
    shadow: { ms, ...asker.sums() },
    ...("output" in made && "output" in given ? compareOutputs(given.output, made.output) : {}),
    ...(judged ? { judge: judged } : {}),
    ...("output" in made ? toKept(clean(made.output)) : { problem: cut(clean(made.problem) as string) }),
  };
  await run.journal.models.addComparison({
    ...{ runId: run.state.id, step: call.step.key, attempt: call.attempt },
    ...of,
    model: flagged,
    at: now(),
    outcome: made.outcome,
    data: toJsonText(data),
  });
}

type Made =
  | { readonly outcome: "answered"; readonly output: unknown }
  | { readonly outcome: Exclude<ShadowOutcome, "answered">; readonly problem: string };

type Playing = Shadowing["agent"] & { readonly model: string };

/** Who is shown: the attempt's agent with another model, or another revision of it with its own. */
async function shownBy({
  run,
  call,
  agent,
  flag: { model: name, deployment },
}: Shadowing): Promise<Playing | (Playing & Extract<Made, { readonly problem: string }>)> {
  if (agentOfRevision(name) === undefined) return { ...agent, model: name };
  try {
    const { plan, code } = await loadRevision(run, name, deployment);
    const { aliases } = run.outside.models;
    const model = Object.hasOwn(aliases, plan.model) ? aliases[plan.model]! : plan.model;
    const judging = call.step.artifact ? { ...code, checkOutput: verdictCheck(code.checkOutput) } : code;
    return { id: agent.id, plan, code: judging, model };
  } catch (error) {
    return { ...agent, model: name, outcome: "stopped", problem: toReason(error) };
  }
}

/** The process ends before the attempt has come to anything. */
function unknownAt(signal: AbortSignal): Promise<Present> {
  return new Promise((resolve) => {
    const end = () => resolve({ model: null, ms: 0, microUsd: null, error: signal.reason });
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}

/** Asks for a shadow, and keeps account of it. */
class Asker {
  readonly #of: Shadowing;
  readonly #purse: AsidePurse;
  readonly #calls: ModelCall[] = [];

  constructor(of: Shadowing, purse: AsidePurse) {
    this.#of = of;
    this.#purse = purse;
  }

  readonly clean = (value: unknown): unknown => {
    const { run, call } = this.#of;
    const secrets =
      Object.keys(call.secrets).length > 0 ? new Redactor(new Map(Object.entries(call.secrets))) : undefined;
    return redactorOf(run).value(secrets ? secrets.value(value) : value);
  };

  async ask({ id, plan, code, model }: Playing, input: unknown, ending: AbortSignal): Promise<Made> {
    const { run, call } = this.#of;
    const { mcp, models } = run.outside;
    const stopping = new AbortController();
    const patience = AbortSignal.timeout(plan.timeoutMs ?? LONGEST_MS);
    const signal = AbortSignal.any([ending, stopping.signal, patience]);
    const { tiers: _, fallback: __, routing: ___, ...rest } = plan;
    const guarded = (tools: readonly ToolCode[], all: boolean) =>
      tools.map((tool) => (all || tool.effects ? stopAt(tool, stopping) : tool));
    try {
      // As the attempt itself has it: one gateway, which counts what is under way of all, and no second one in the program.
      const { playAgent } = await import("../../players/models/play-agent.ts");
      const output = await playAgent(
        { id, plan: { ...rest, model }, code: { ...code, tools: guarded(code.tools, false) } },
        {
          // What author code does to it, it does to this one.
          input: structuredClone(input),
          signal,
          now: run.clock.now,
          models: besideOf(models),
          // Servers of tools are shared with runs.
          mcp: mcp && { tools: async (names, of) => guarded(await mcp.tools(names, of), true) },
          memory: { messages: [], tools: new Map(), say: nothing, begin: nothing, end: nothing },
          again: call.step.again,
          routing: undefined,
          secrets: call.secrets,
          clean: this.clean,
          idempotencyKey: `${call.idempotencyKey}/shadow`,
          purse: this.#purse,
          onCall: (one, hold) => {
            this.#purse.settle(one, hold);
            this.#calls.push(one);
          },
          onTool() {},
          onEffect() {},
          onAnswer() {},
          onText() {},
          log() {},
        },
      );
      return { outcome: "answered", output };
    } catch (error) {
      if (stopping.signal.aborted) return { outcome: "stopped", problem: toReason(stopping.signal.reason) };
      if (patience.aborted) return { outcome: "stopped", problem: "it took longer than its agent may" };
      if (ending.aborted) return { outcome: "stopped", problem: "the process ended before it did" };
      return toUnmade(error);
    }
  }

  sums() {
    const sum = (of: (call: ModelCall) => number) => this.#calls.reduce((all, call) => all + of(call), 0);
    const tokens = sum(({ inputTokens, outputTokens }) => inputTokens + outputTokens);
    return { calls: this.#calls.length, tokens, microUsd: sum(({ cost }) => cost?.microUsd ?? 0) };
  }
}

async function nothing(): Promise<void> {}

/** What may change something, or is shared with runs, is not done for a shadow: it ends where it asks for that. */
function stopAt(tool: ToolCode, stopping: AbortController): ToolCode {
  const { refusal: _, ...rest } = tool;
  return {
    ...rest,
    effects: false,
    secrets: [],
    checkInput: (value) => ({ value }),
    run: () => {
      stopping.abort(new Error(`it called the tool "${tool.name}", which is not called for a shadow`));
      throw stopping.signal.reason;
    },
  };
}

const STOPPING: ReadonlySet<unknown> = new Set(["MR3098", "MR3099"]);

function toUnmade(error: unknown): Extract<Made, { readonly problem: string }> {
  const { code } = Object(error) as { readonly code?: unknown };
  const problem = toReason(error);
  if (code === "MR3091") return { outcome: "unfit", problem };
  return { outcome: STOPPING.has(code) ? "stopped" : "failed", problem };
}

/** What the first judge that is an agent says of what the shadow made, where an artifact keeps just that. */
async function judge(
  { run, call, signal }: Shadowing,
  asker: Asker,
  output: unknown,
): Promise<ShadowData["judge"]> {
  const { scope, node, again } = call.step;
  if (call.step.artifact) return undefined;
  for (const { plan, index } of scope.graph.nodes) {
    if (plan.kind !== "artifact" || plan.value.is !== "output") continue;
    const { node: of, up, path } = plan.value;
    if (of !== node.name || up !== 0 || path.length > 0) continue;
    const gate = plan.gates.findIndex(({ by }) => "agent" in by);
    const by = plan.gates[gate]?.by;
    if (!by || !("agent" in by)) continue;
    const judging = run.playable.plan.agents![by.agent]!;
    const own = run.playable.code.agents[judging.code]!;
    const code = { ...own, checkOutput: verdictCheck(own.checkOutput) };
    const { aliases } = run.outside.models;
    const model = Object.hasOwn(aliases, judging.model) ? aliases[judging.model]! : judging.model;
    const said = await asker.ask({ id: by.agent, plan: judging, code, model }, { value: output }, signal);
    if (!("output" in said)) return undefined;
    const key = scope.keyOf(scope.graph.nodes[index]!);
    const name = toPartKey({ key, is: "gate", index: gate, round: again?.round ?? 1 });
    return { gate: name, by: by.agent, score: (said.output as { readonly score: number }).score };
  }
  return undefined;
}

function toKept(output: unknown): Pick<ShadowData, "output"> {
  const text = toJsonText(output);
  return text.length <= MOST_OUTPUT ? { output: JSON.parse(text) as unknown } : {};
}

function cut(text: string): string {
  return text.length > LONGEST_PROBLEM ? `${text.slice(0, LONGEST_PROBLEM)}…` : text;
}
