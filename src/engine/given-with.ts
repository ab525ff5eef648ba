import type { RunBeginning, StepRow } from "../store/store.ts";
import type { Beginnings, OfOrchestra } from "./beginnings.ts";
import { type Playable, toJsonText } from "./performance.ts";

interface Beginning {
  readonly id: string;
  readonly playable: Playable;
  readonly given?: ReadonlyMap<string, unknown> | undefined;
  readonly of?: OfOrchestra | undefined;
  readonly audit?: Beginnings["audit"];
}

/** The steps of a new run that are not played because their outputs were given, what it is for, and who begins it: they are written down with it. */
export function givenWith(createdAt: number, run: Beginning): RunBeginning | undefined {
  const { dueAt: instant, webhookId } = run.of ?? {};
  const audit = run.audit?.map((row) => ({ ...row, at: createdAt }));
  if (instant === undefined && webhookId === undefined)
    return run.given || audit ? { taken: takenOf(createdAt, run), ...(audit ? { audit } : {}) } : undefined;
  const fired = { orchestra: run.of!.orchestra, status: "fired", reason: null, run: run.id } as const;
  const { orchestra } = fired;
  return {
    taken: takenOf(createdAt, run),
    ...(audit ? { audit } : {}),
    ...(instant === undefined
      ? {}
      : { decision: { orchestra, until: instant, occurrences: [{ ...fired, instant }] } }),
    ...(webhookId === undefined ? {} : { delivery: { ...fired, webhookId, at: createdAt } }),
  };
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
