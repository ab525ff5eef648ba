import { allScores } from "../define/all-scores.ts";
import type { Compiled } from "../define/to-plan.ts";
import { type Playable, toPlayable } from "../engine/index.ts";
import type { Code } from "../plan/index.ts";

/**
 * A score made ready to be played, with those that it plays in turn: they are part of its deployment.
 * @param hashOf the deployment's hash, from the code of all of them
 */
export function makePlayable(compiled: Compiled, hashOf: (codes: readonly Code[]) => string): Playable {
  const all = allScores(compiled);
  const hash = hashOf([...all.values()].map(({ code }) => code));
  const playables = new Map<unknown, Playable>();
  for (const [record, { plan, code }] of all) playables.set(record, toPlayable(hash, plan, code));
  for (const [record, { scores }] of all) {
    const inner = playables.get(record)!.scores as Map<string, Playable>;
    for (const [id, played] of scores) inner.set(id, playables.get(played)!);
  }
  return playables.get(undefined)!;
}
