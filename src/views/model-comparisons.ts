import { type ModelFlag, STAGES } from "../plan/index.ts";
import type { ComparisonRow, ModelStore, ShadowOutcome } from "../store/model-store.ts";

/** How a shadow did beside what the run was given: once, and in all. */
export interface ModelComparisons {
  readonly model: string;
  readonly flag: ModelFlag | null;
  readonly sums: ComparisonSums;
  /** The newest first. */
  readonly rows: readonly Compared[];
}

export interface ComparisonSums {
  readonly count: number;
  /** How often each became of the shadow. */
  readonly outcomes: Readonly<Record<ShadowOutcome, number>>;
  /** Of those where both gave an output: all fields were equal. */
  readonly alike: number;
  readonly both: number;
  /** Fields of them, and how many were equal. */
  readonly fields: number;
  readonly equal: number;
  /** Where a judge has said something of both: how often, and the means. */
  readonly judged: number;
  readonly presentScore: number | null;
  readonly shadowScore: number | null;
  /** Medians, in ms, and sums in micro-USD, of those where both gave an output; `null` where nothing is known. */
  readonly presentMs: number | null;
  readonly shadowMs: number | null;
  readonly presentMicroUsd: number | null;
  readonly shadowMicroUsd: number | null;
}

export interface Compared extends Omit<ComparisonRow, "data"> {
  readonly present: {
    readonly model: string | null;
    readonly ms: number;
    readonly microUsd: number | null;
    readonly isFailed: boolean;
    readonly score: number | null;
  };
  readonly shadow: {
    readonly ms: number;
    readonly calls: number;
    readonly tokens: number;
    readonly microUsd: number | null;
    readonly score: number | null;
  };
  readonly equal: number | null;
  readonly fields: number | null;
  readonly differing: readonly string[];
  readonly problem: string | null;
  readonly output: unknown;
}

/** What is kept of one; see `ShadowData` of the engine. */
type Kept = {
  readonly present: Omit<Compared["present"], "score">;
  readonly shadow: Omit<Compared["shadow"], "score">;
  readonly judge?: { readonly gate: string; readonly score: number };
  readonly equal?: number;
  readonly fields?: number;
  readonly differing?: readonly string[];
  readonly problem?: string;
  readonly output?: unknown;
};

export async function modelComparisons(
  models: ModelStore,
  { model, limit }: { readonly model: string; readonly limit: number },
): Promise<ModelComparisons> {
  const kept = await models.comparisons(model, limit);
  const scores = await models.scoresOf(kept);
  const rows = kept.map((row) => toCompared(row, scores));
  const flag = (await models.flags()).find((one) => one.model === model) ?? null;
  return { model, flag, sums: sumsOf(rows), rows };
}

/** Every flag, those that are farthest on last. */
export async function listedFlags(models: ModelStore): Promise<readonly ModelFlag[]> {
  const flags = await models.flags();
  return flags.sort((a, b) => STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage));
}

function toCompared({ data, ...row }: ComparisonRow, scores: ReadonlyMap<string, number>): Compared {
  const { present, shadow, judge, equal, fields, differing = [], problem, output } = JSON.parse(data) as Kept;
  const { runId, step, attempt } = row;
  const score = judge ? (scores.get(`${runId}/${step}/${attempt}/${judge.gate}`) ?? null) : null;
  return {
    ...row,
    present: { ...present, score },
    shadow: { ...shadow, score: judge?.score ?? null },
    equal: equal ?? null,
    fields: fields ?? null,
    differing,
    problem: problem ?? null,
    output: output ?? null,
  };
}

function sumsOf(rows: readonly Compared[]): ComparisonSums {
  const count = (outcome: ShadowOutcome) => rows.filter((row) => row.outcome === outcome).length;
  const both = rows.filter(({ fields }) => fields !== null);
  const judged = rows.filter(({ present, shadow }) => present.score !== null && shadow.score !== null);
  const sum = (values: readonly (number | null)[]) =>
    values.reduce<number>((all, one) => all + (one ?? 0), 0);
  const total = (values: readonly (number | null)[]) =>
    values.length === 0 || values.includes(null) ? null : sum(values);
  const mean = (values: readonly (number | null)[]) =>
    values.length === 0 ? null : sum(values) / values.length;
  return {
    count: rows.length,
    outcomes: {
      answered: count("answered"),
      unfit: count("unfit"),
      failed: count("failed"),
      stopped: count("stopped"),
    },
    alike: both.filter(({ equal, fields }) => equal === fields).length,
    both: both.length,
    fields: sum(both.map(({ fields }) => fields)),
    equal: sum(both.map(({ equal }) => equal)),
    judged: judged.length,
    presentScore: mean(judged.map(({ present }) => present.score)),
    shadowScore: mean(judged.map(({ shadow }) => shadow.score)),
    presentMs: median(both.map(({ present }) => present.ms)),
    shadowMs: median(both.map(({ shadow }) => shadow.ms)),
    presentMicroUsd: total(both.map(({ present }) => present.microUsd)),
    shadowMicroUsd: total(both.map(({ shadow }) => shadow.microUsd)),
  };
}

/** The nearest rank. */
function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length / 2) - 1)] ?? null;
}
