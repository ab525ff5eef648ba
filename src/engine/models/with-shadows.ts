import type { AgentCode, AgentPlan, ModelFlag } from "../../plan/index.ts";
import type { AttemptCall } from "../call.ts";
import type { Performance } from "../performance.ts";
import type { Present } from "./shadow-data.ts";

interface Shadowed {
  readonly run: Performance;
  readonly call: AttemptCall;
  readonly agent: { readonly id: string; readonly plan: AgentPlan; readonly code: AgentCode };
  readonly input: unknown;
  readonly shadows: readonly ModelFlag[];
}

/**
 * Plays an attempt with its shadows beside it. They begin when it has been asked, see what it saw, and are told what came of
 * it: they have no other way to it.
 */
export function withShadows(
  { run, call, agent, input, shadows }: Shadowed,
  play: () => Promise<unknown>,
): Promise<unknown> {
  if (shadows.length === 0) return play();
  const startedAt = run.clock.now();
  const playing = play();
  const present = playing.then(
    (output): Present => ({ ...factsOf(run, call, startedAt), output }),
    (error: unknown): Present => ({ ...factsOf(run, call, startedAt), error }),
  );
  for (const flag of shadows)
    run.shared.beside.begin(async (signal) => {
      const { playShadow } = await import("./play-shadow.ts");
      await playShadow({ run, call, agent, flag, input, present, signal });
    });
  return playing;
}

function factsOf(run: Performance, call: AttemptCall, startedAt: number) {
  const { cost } = call;
  return {
    model: run.answers.get(call.step.key)?.model ?? null,
    ms: Math.max(0, run.clock.now() - startedAt),
    microUsd: cost && !cost.unpriced ? cost.microUsd : null,
  };
}
