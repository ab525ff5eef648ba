import type { RunBeginning } from "../store/store.ts";
import { type Playable, toJsonText } from "./performance.ts";

interface Beginning {
  readonly id: string;
  readonly playable: Playable;
  readonly given?: ReadonlyMap<string, unknown> | undefined;
}

/** The steps of a new run that are not played because their outputs were given: they are written down with it. */
export function givenWith(createdAt: number, { id, playable, given }: Beginning): RunBeginning | undefined {
  if (!given) return undefined;
  const { nodes } = playable.plan.body;
  const taken = [...given].map(([key, output]) => ({
    runId: id,
    key,
    attempt: 1,
    kind: nodes[key]!.kind,
    status: "completed" as const,
    output: toJsonText(output),
    error: null,
    info: '{"given":true}',
    startedAt: createdAt,
    endedAt: createdAt,
  }));
  return { taken };
}
