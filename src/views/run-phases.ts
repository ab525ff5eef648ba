import type { Plan } from "../plan/index.ts";
import type { StepRow } from "../store/store.ts";

/** How far a phase of a run is. */
export interface RunPhase {
  readonly name: string;
  /** How many nodes it has, and how many of them have ended, whatever has become of them. */
  readonly nodes: number;
  readonly ended: number;
}

/** The phases of a run in their order; none of a score without. */
export function runPhases({ body, phases = [] }: Plan, steps: readonly StepRow[]): RunPhase[] {
  const last = new Map<string, StepRow>();
  for (const step of steps) if ((last.get(step.key)?.attempt ?? 0) < step.attempt) last.set(step.key, step);
  const hasEnded = (name: string) => {
    const status = last.get(name)?.status;
    return status === "completed" || status === "skipped";
  };
  return phases.map((name) => {
    const own = Object.entries(body.nodes).filter(([, node]) => "phase" in node && node.phase === name);
    return { name, nodes: own.length, ended: own.filter(([node]) => hasEnded(node)).length };
  });
}
