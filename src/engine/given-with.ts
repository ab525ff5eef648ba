import type { RunBeginning, StepRow } from "../store/store.ts";
import type { OfOrchestra } from "./beginnings.ts";
import { type Playable, toJsonText } from "./performance.ts";

interface Beginning {
  readonly id: string;
  readonly playable: Playable;
  readonly given?: ReadonlyMap<string, unknown> | undefined;
  readonly of?: OfOrchestra | undefined;
}

/** The steps of a new run that are not played because their outputs were given, and the instant that it is for: they are written down with it. */
export function givenWith(createdAt: number, run: Beginning): RunBeginning | undefined {
  if (run.of?.dueAt === undefined) return run.given && { taken: takenOf(createdAt, run) };
  const { orchestra, dueAt: instant } = run.of;
  const fired = { orchestra, instant, status: "fired", reason: null, run: run.id } as const;
  return { taken: takenOf(createdAt, run), decision: { orchestra, until: instant, occurrences: [fired] } };
}

function takenOf(createdAt: number, { id, playable, given }: Beginning): StepRow[] {
  if (!given) return [];
  const { nodes } = playable.plan.body;
  return [...given].map(([key, output]) => ({
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
}
