import { MaestroError } from "../diagnostics/index.ts";
import type { StepRow, Store } from "../store/store.ts";
import { nearest } from "../support/nearest.ts";

/** Something that a run has kept under a name. */
export interface Artifact {
  readonly name: string;
  readonly run: string;
  /** The key of the step that kept it. */
  readonly step: string;
  /** Of its value as JSON. */
  readonly bytes: number;
  /** SHA-256 of its value as JSON. */
  readonly hash: string | undefined;
  /** SHA-256 of the artifact's own schema, when it has one. */
  readonly schema: string | undefined;
  /** SHA-256 of what its value was made of, by the names that its author gave: `draft.text`, `input.wish`. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The least of its gates' scores; absent when nobody judged it. */
  readonly score: number | undefined;
  readonly gates: readonly GateResult[];
  /** How many values were made for it, this one included. */
  readonly values: number;
  readonly createdAt: number;
  readonly value: unknown;
}

export interface GateResult {
  readonly by: string;
  readonly min: number;
  readonly score: number;
  readonly why?: string;
  /** A person has let it pass all the same. */
  readonly accepted?: true;
}

/** What a run has kept, in the order in which it was kept. */
export async function artifactsOf(store: Store, run: string): Promise<readonly Artifact[]> {
  const steps = await store.stepsOf(run);
  return steps.filter(({ kind, status }) => kind === "artifact" && status === "completed").map(toArtifact);
}

/**
 * The artifact called `name`.
 * @throws MaestroError MR2043 when the run has kept none of that name
 */
export function chooseArtifact(run: string, kept: readonly Artifact[], name: string): Artifact {
  const found = kept.find((one) => one.name === name);
  if (found) return found;
  const names = kept.map((one) => one.name);
  throw new MaestroError("MR2043", { run, name, names, guess: nearest(name, names) });
}

function toArtifact(row: StepRow): Artifact {
  const info = JSON.parse(row.info ?? "{}") as Partial<Artifact>;
  const output = row.output ?? "null";
  return {
    name: info.name ?? row.key,
    run: row.runId,
    step: row.key,
    bytes: info.bytes ?? Buffer.byteLength(output),
    hash: info.hash,
    schema: info.schema,
    inputs: info.inputs ?? {},
    score: info.score,
    gates: info.gates ?? [],
    values: info.values ?? 1,
    createdAt: row.endedAt ?? row.startedAt,
    value: JSON.parse(output),
  };
}
