import { MaestroError } from "../diagnostics/index.ts";
import type { Learning, LearningKind, LearningStore } from "../store/learning-store.ts";

/** What may be asked about learnings. */
export type LearningRequest =
  | {
      readonly op: "learnings";
      readonly limit: number;
      readonly words?: string;
      readonly kind?: LearningKind;
      readonly appliesTo?: string;
    }
  | { readonly op: "learn"; readonly text: string; readonly appliesTo: string; readonly by: string }
  /** With `isMeant` it is forgotten; without, only shown. */
  | { readonly op: "forget"; readonly id: number; readonly isMeant: boolean };

export interface LearningResults {
  readonly learnings: readonly Learning[];
  readonly learn: Readonly<Record<string, never>>;
  readonly forget: Learning;
}

const LONGEST_PATTERN = 300;

/** @throws MaestroError MR2096 when there is no such learning */
export async function performLearnings(
  { store, now }: { readonly store: LearningStore; readonly now: () => number },
  request: LearningRequest,
): Promise<LearningResults[LearningRequest["op"]]> {
  switch (request.op) {
    case "learnings":
      return store.find(request);
    case "learn": {
      const { text, appliesTo, by } = request;
      const row = { kind: "note" as const, pattern: text.slice(0, LONGEST_PATTERN), appliesTo, text, by };
      await store.add({ ...row, context: "{}", at: now(), runId: null, step: null, deployment: null });
      return {};
    }
    case "forget": {
      const learning = await store.byId(request.id);
      if (!learning) throw new MaestroError("MR2096", { id: request.id });
      if (request.isMeant) await store.forget(request.id);
      return learning;
    }
    default:
      return request satisfies never;
  }
}
