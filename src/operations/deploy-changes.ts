import { effectiveOrchestra, type OrchestraPlan, orchestraFields, toHash } from "../plan/index.ts";
import type { OrchestraRow, OverrideRow } from "../store/orchestra-store.ts";
import { parseStored } from "../store/parse-stored.ts";
import { toCanonicalJson } from "../support/json.ts";
import type { DeployDraft, DraftOrchestra } from "./deploy-draft.ts";

/** One field that a deploy changes, as its author writes it. Absent: it is not said. */
export interface FieldChange {
  readonly path: string;
  readonly from?: string;
  readonly to?: string;
}

/**
 * What a deploy does with one orchestra. `replace`: it plays another score, so it is destroyed, and created under the same
 * id with nothing that operators decided.
 */
export interface OrchestraChange {
  readonly id: string;
  readonly is: "create" | "change" | "replace" | "destroy" | "same";
  readonly before?: OrchestraPlan;
  readonly after?: OrchestraPlan;
  readonly fields: readonly FieldChange[];
  /** Hashes of the deployments that its runs play. */
  readonly deployment: { readonly from?: string; readonly to?: string };
  /** What operators decided, and stays. */
  readonly overrides: readonly OverrideRow[];
  /** Path of its file. */
  readonly file?: string;
}

/** What is there. */
export interface Deployed {
  readonly orchestras: readonly OrchestraRow[];
  readonly overrides: readonly OverrideRow[];
}

/** Compares what the files want with what is there, by id: the order of the ids. */
export function deployChanges(draft: DeployDraft, deployed: Deployed): OrchestraChange[] {
  const rows = new Map(deployed.orchestras.map((row) => [row.id, row]));
  const wanted = new Map(draft.orchestras.map((one) => [one.plan.id, one]));
  const ids = [...new Set([...rows.keys(), ...wanted.keys()])].sort();
  return ids.map((id) => {
    const overrides = deployed.overrides.filter(({ orchestra }) => orchestra === id);
    return compare(id, { row: rows.get(id), draft: wanted.get(id), overrides });
  });
}

interface Pair {
  readonly row: OrchestraRow | undefined;
  readonly draft: DraftOrchestra | undefined;
  readonly overrides: readonly OverrideRow[];
}

function compare(id: string, { row, draft, overrides }: Pair): OrchestraChange {
  const before = row && planOfRow(row);
  const after = draft?.plan;
  const fields = fieldChanges(before, after);
  const deployment = {
    ...(row ? { from: row.deployment } : {}),
    ...(draft ? { to: draft.deployment } : {}),
  };
  const is = changeOf(before, after, fields.length > 0 || deployment.from !== deployment.to);
  return {
    id,
    is,
    ...(before ? { before } : {}),
    ...(after ? { after } : {}),
    fields,
    deployment,
    overrides: is === "change" || is === "same" ? overrides : [],
    ...(draft ? { file: draft.file } : {}),
  };
}

function changeOf(
  before: OrchestraPlan | undefined,
  after: OrchestraPlan | undefined,
  differs: boolean,
): OrchestraChange["is"] {
  if (!before) return "create";
  if (!after) return "destroy";
  if (before.score !== after.score) return "replace";
  return differs ? "change" : "same";
}

/** What differs, in the order in which it is written down. */
export function fieldChanges(
  before: OrchestraPlan | undefined,
  after: OrchestraPlan | undefined,
): FieldChange[] {
  const [old, now] = [before, after].map((plan) =>
    plan ? orchestraFields(plan) : new Map<string, string>(),
  );
  return [...new Set([...old!.keys(), ...now!.keys()])].flatMap((path) => {
    const [from, to] = [old!.get(path), now!.get(path)];
    if (from === to) return [];
    return { path, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  });
}

/** The desired state as a deploy wrote it. */
export function planOfRow({ id, definition }: Pick<OrchestraRow, "id" | "definition">): OrchestraPlan {
  return parseStored(definition, `orchestra ${id}`) as OrchestraPlan;
}

/** Says what state a plan of changes was made over: a deploy writes only over that one. */
export function stateHash({ orchestras, overrides }: Deployed): string {
  const rows = orchestras.map(({ id, hash, deployment, createdAt }) => [id, hash, deployment, createdAt]);
  const decided = overrides.map(({ orchestra, field, value }) => [orchestra, field, value]);
  return toHash(toCanonicalJson([rows, decided]));
}

/** Is its schedule, as it is played, another one? Then no instant from before counts. */
export function hasNewTimes({ before, after, overrides }: OrchestraChange): boolean {
  if (!before || !after) return true;
  const [old, now] = [before, after].map((plan) => effectiveOrchestra(plan, overrides).plan.schedule);
  return old?.cron !== now?.cron || old?.timezone !== now?.timezone;
}
