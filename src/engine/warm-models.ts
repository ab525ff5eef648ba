import type { Performance } from "./performance.ts";

/**
 * Loads what the run's plan will ask models with, beside its first steps. Nobody waits for it, and what goes wrong is
 * told by the step that needs it.
 */
export function warmModels({ playable: { plan }, outside: { models }, source }: Performance): void {
  const { agents } = plan;
  if (!agents || source) return;
  // After the steps that are ready have begun: loading holds the thread for some milliseconds.
  setImmediate(() => {
    import("../players/models/play-agent.ts")
      .then((module) => module.warmModels(Object.values(agents), models))
      .catch(() => {});
  });
}
