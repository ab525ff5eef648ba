import { verdictCheck } from "../define/write/verdict.ts";
import { MaestroError } from "../diagnostics/index.ts";
import { type AgentNode, agentOfRevision, type TaskCall } from "../plan/index.ts";
import type { Memory } from "../players/models/memory.ts";
import type { ModelCall } from "../players/models/model-call.ts";
import type { AgentCall } from "../players/models/play-agent.ts";
import type { ModelCallRow } from "../store/store.ts";
import type { AttemptCall } from "./call.ts";
import { askingAtOnce } from "./models/asking-at-once.ts";
import { type AgentRevision, type BegunWith, revisionOf } from "./models/revision-of.ts";
import { rulesFor } from "./models/rules-for.ts";
import { withShadows } from "./models/with-shadows.ts";
import { type Performance, toJsonText } from "./performance.ts";
import { redactorOf } from "./redactor-of.ts";
import { remember } from "./remember.ts";
import { noteAnswer, routingOf } from "./routing-of.ts";
import type { StepInfo } from "./step-info.ts";

/** What the calls of one attempt came to. */
export interface StepCost {
  readonly calls: number;
  /** In and out. */
  readonly tokens: number;
  /** Of the calls whose price is known. */
  readonly microUsd: number;
  /** Models among them of which nobody has said what they cost. */
  readonly unpriced?: readonly string[];
}

/**
 * Plays a step that asks a model. Every call of it is written down, also of an attempt that fails.
 * @param secrets of its tools, opened
 */
export function askModel(
  node: AgentNode,
  call: AttemptCall,
  run: Performance,
  secrets: TaskCall["secrets"] | undefined,
): Promise<unknown> {
  return askingAtOnce(run.outside.models, () => ask(node, call, run, secrets));
}

async function ask(
  node: AgentNode,
  call: AttemptCall,
  run: Performance,
  secrets: TaskCall["secrets"] | undefined,
): Promise<unknown> {
  // Loaded when a score has such a node: most have none.
  const { playAgent } = await import("../players/models/play-agent.ts");
  const { agent: id } = node;
  const memory = await remember(call, run);
  const { played, why, shadows: revisions } = await revisionOf(run, id, begunWith(memory, call, run));
  const plan = played?.plan ?? run.playable.plan.agents![id]!;
  const own = played?.code ?? run.playable.code.agents[plan.code]!;
  if (played) {
    checkSecrets(played, secrets);
    call.info = { ...call.info, revision: played.name } satisfies StepInfo;
    call.log(`agent "${id}" is played as ${played.name}`, { why });
    // Also of an attempt that took so long to begin that its beginning is written down already.
    call.isNoted = false;
  }
  // What a judge says has to be a verdict, whatever its own schema lets pass.
  const code = call.step.artifact ? { ...own, checkOutput: verdictCheck(own.checkOutput) } : own;
  const { input, signal, step } = call;
  if (secrets) call.openSecrets(secrets);
  const understudy = await run.source?.open();
  const role = { step: step.key, agent: id, output: plan.output, isJudge: step.artifact !== undefined };
  if (understudy) call.info = { ...call.info, source: understudy.is };
  if (step.refused) throw new MaestroError("MR3077", step.refused);
  const { openPurse } = await import("./budget/open-purse.ts");
  const { rules, shadows } = await rulesFor(run, id, plan);
  const purse = await openPurse(run, call, { agent: id, plan });
  // Before its first call is written down: after a crash the next attempt has another number, and its calls, too.
  if (!call.isNoted) run.noteBeginning(call);
  const calling: AgentCall = {
    input,
    signal,
    now: run.clock.now,
    models: run.outside.models,
    mcp: run.outside.mcp,
    memory,
    purse,
    again: step.again,
    routing: routingOf(node, { plan, rules, understudy }, call, run),
    secrets: call.secrets,
    clean: (value) => redactorOf(run).value(call.redactor ? call.redactor.value(value) : value),
    idempotencyKey: `${call.idempotencyKey}/${call.step.failures}`,
    onTool: (use, result) => call.tellTool(use, result),
    onEffect() {
      call.hasTakenEffect = true;
    },
    casting: understudy && { understudy, role },
    onCall(one, hold) {
      // What comes after the attempt's end and counts against no budget is told by the provider's bill alone.
      if (call.isOver && !hold) return;
      call.cost = withCall(call.cost, one);
      call.info = { ...call.info, cost: call.cost };
      const { recording, ...facts } = one;
      const row = toRow(facts, { agent: id, call, run });
      purse.record(row, hold);
      run.outside.witness?.hearCall(row);
      const { runId, attempt, call: n } = row;
      if (recording)
        run.journal.keepRecording({ runId, step: step.key, attempt, call: n, data: toJsonText(recording) });
      if (call.cost.unpriced) warnUnpriced(run, call);
    },
    onAnswer: (model) => noteAnswer(call, run, { agent: id, model }),
    onText: (text) => call.say(text),
    log: (message, data) => call.log(message, data),
  };
  const agent = { id, plan, code };
  const beside = { run, call, agent, input, shadows: [...shadows, ...revisions] };
  return withShadows(beside, () => playAgent(agent, calling));
}

/** With what an interrupted attempt goes on: what was said in it was said to one revision of its agent. */
function begunWith(
  { messages }: Memory,
  { step }: AttemptCall,
  { state }: Performance,
): BegunWith | undefined {
  if (messages.length === 0) return undefined;
  const past = state.past.get(step.key) ?? [];
  const ended = past.findLastIndex(({ status }) => status === "completed" || status === "failed");
  return { revision: past.slice(ended + 1).findLast(({ revision }) => revision)?.revision };
}

/** Of a revision's tools, those have to be there that the run's own says it gives: what is given stands in the score. */
function checkSecrets({ name, code }: AgentRevision, secrets: TaskCall["secrets"] | undefined): void {
  const missing = code.tools.flatMap((tool) => tool.secrets).find((one) => secrets?.[one] === undefined);
  if (missing === undefined) return;
  const why = `a tool of it wants the secret "${missing}", which the run's own revision is not given`;
  throw new MaestroError("MR2099", { agent: agentOfRevision(name)!, revision: name, why });
}

function toRow(
  { cost, error, isUnknown, ...facts }: ModelCall,
  { agent, call, run }: { readonly agent: string; readonly call: AttemptCall; readonly run: Performance },
): ModelCallRow {
  return {
    runId: run.state.id,
    step: call.step.key,
    attempt: call.attempt,
    call: call.cost!.calls,
    agent,
    orchestra: run.paying.orchestra,
    ...facts,
    microUsd: cost?.microUsd ?? null,
    prices: cost?.prices ?? null,
    error: error ?? null,
    ...(isUnknown && !cost ? { isBilled: true } : {}),
  };
}

const warned = new WeakMap<Performance, Set<string>>();

/** Once in a run for each model: what it costs is told as unknown, and nobody can keep to a budget. */
function warnUnpriced(run: Performance, call: AttemptCall): void {
  const told = warned.get(run) ?? new Set();
  warned.set(run, told);
  for (const model of call.cost?.unpriced ?? []) {
    if (told.has(model)) continue;
    told.add(model);
    const data = toJsonText({ model });
    const { state, journal, clock } = run;
    journal.appendEvent({
      runId: state.id,
      at: clock.now(),
      type: "cost.unknown",
      step: call.step.key,
      data,
    });
    run.tell({ type: "cost.unknown", step: call.step.key, model });
  }
}

function withCall(
  before: StepCost | undefined,
  { model, cost, isUnknown: isBilled, inputTokens, outputTokens }: ModelCall,
): StepCost {
  const { calls, tokens, microUsd, unpriced = [] } = before ?? { calls: 0, tokens: 0, microUsd: 0 };
  const used = inputTokens + outputTokens;
  // A call that brought nothing cost nothing, unless its provider may bill it all the same.
  const isUnknown = cost === undefined && (used > 0 || isBilled === true) && !unpriced.includes(model);
  const models = isUnknown ? [...unpriced, model] : unpriced;
  return {
    calls: calls + 1,
    tokens: tokens + used,
    microUsd: microUsd + (cost?.microUsd ?? 0),
    ...(models.length > 0 ? { unpriced: models } : {}),
  };
}
