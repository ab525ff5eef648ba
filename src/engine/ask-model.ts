import { verdictCheck } from "../define/write/verdict.ts";
import type { AgentNode, TaskCall } from "../plan/index.ts";
import type { ModelCall } from "../players/models/model-call.ts";
import type { AttemptCall } from "./call.ts";
import type { Performance } from "./performance.ts";
import { remember } from "./remember.ts";
import { noteAnswer, routingOf } from "./routing-of.ts";

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
export async function askModel(
  node: AgentNode,
  call: AttemptCall,
  run: Performance,
  secrets: TaskCall["secrets"] | undefined,
): Promise<unknown> {
  // Loaded when a score has such a node: most have none.
  const { playAgent } = await import("../players/models/play-agent.ts");
  const { agent: id } = node;
  const plan = run.playable.plan.agents![id]!;
  const own = run.playable.code.agents[plan.code]!;
  // What a judge says has to be a verdict, whatever its own schema lets pass.
  const code = call.step.artifact ? { ...own, checkOutput: verdictCheck(own.checkOutput) } : own;
  const { input, signal, step } = call;
  if (secrets) call.openSecrets(secrets);
  const understudy = await run.source?.open();
  const isJudge = step.artifact !== undefined;
  const role = { step: step.key, agent: id, output: plan.output, isJudge };
  if (understudy) call.info = { ...call.info, source: understudy.is };
  return playAgent(
    { id, plan, code },
    {
      input,
      signal,
      now: run.clock.now,
      models: run.outside.models,
      mcp: run.outside.mcp,
      memory: await remember(call, run),
      again: step.again,
      routing: routingOf(node, plan, call, run),
      secrets: call.secrets,
      clean: (value) => (call.redactor ? call.redactor.value(value) : value),
      idempotencyKey: `${call.idempotencyKey}/${call.step.failures}`,
      onTool: (use, result) => call.tellTool(use, result),
      onEffect() {
        call.hasTakenEffect = true;
      },
      casting: understudy && { understudy, role },
      onCall(one) {
        // What comes after the run's end is told by the provider's bill alone.
        if (call.isOver) return;
        call.cost = withCall(call.cost, one);
        call.info = { ...call.info, cost: call.cost };
        const { cost, error = null, ...facts } = one;
        run.journal.recordModelCall({
          runId: run.state.id,
          step: call.step.key,
          attempt: call.attempt,
          call: call.cost.calls,
          agent: id,
          ...facts,
          microUsd: cost?.microUsd ?? null,
          prices: cost?.prices ?? null,
          error,
        });
      },
      onAnswer: (model) => noteAnswer(call, run, { agent: id, model }),
      onText: (text) => call.say(text),
      log: (message, data) => call.log(message, data),
    },
  );
}

function withCall(
  before: StepCost | undefined,
  { model, cost, inputTokens, outputTokens }: ModelCall,
): StepCost {
  const { calls, tokens, microUsd, unpriced = [] } = before ?? { calls: 0, tokens: 0, microUsd: 0 };
  const used = inputTokens + outputTokens;
  // A call that brought nothing cost nothing, as far as anybody knows.
  const isUnknown = cost === undefined && used > 0 && !unpriced.includes(model);
  const models = isUnknown ? [...unpriced, model] : unpriced;
  return {
    calls: calls + 1,
    tokens: tokens + used,
    microUsd: microUsd + (cost?.microUsd ?? 0),
    ...(models.length > 0 ? { unpriced: models } : {}),
  };
}
