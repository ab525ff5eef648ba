import { readFileSync } from "node:fs";
import { MaestroError } from "../diagnostics/index.ts";
import { toHash } from "../plan/index.ts";
import type { OrchestraDeploy } from "../store/orchestra-store.ts";
import type { Deployment, Store } from "../store/store.ts";
import { toCanonicalJson } from "../support/json.ts";
import {
  type Deployed,
  deployChanges,
  hasNewTimes,
  type OrchestraChange,
  stateHash,
} from "./deploy-changes.ts";
import type { DeployDraft } from "./deploy-draft.ts";

export interface Deploying {
  readonly draft: DeployDraft;
  /** `stateHash` of what was shown to whoever said yes. */
  readonly over: string;
  readonly by: string;
  /** Where it came from. */
  readonly origin: string;
}

interface Tools {
  readonly store: Store;
  readonly now: () => number;
}

/** How many of each a deploy has changed. */
export interface DeployDone {
  readonly created: number;
  readonly changed: number;
  readonly destroyed: number;
}

/**
 * Puts into the store what the files want: one transaction, and nothing when all of it is there. What operators decided
 * stays; an orchestra that is new begins disabled. Runs keep the deployment that they have.
 * @throws MaestroError MR2060 when what is there is not what was shown, MR2063 when the code of a score has gone
 */
export function applyDeploy(tools: Tools, deploying: Deploying): Promise<DeployDone> {
  return oneAtATime(tools.store, () => apply(tools, deploying));
}

/** What is looked at is what is written over: no other deploy comes in between. */
const under = new WeakMap<Store, Promise<unknown>>();

function oneAtATime<T>(store: Store, act: () => Promise<T>): Promise<T> {
  const before = under.get(store) ?? Promise.resolve();
  const done = before.catch(() => {}).then(act);
  under.set(store, done);
  return done;
}

async function apply({ store, now }: Tools, { draft, over, by, origin }: Deploying): Promise<DeployDone> {
  const deployed = await readDeployed(store);
  if (stateHash(deployed) !== over) throw new MaestroError("MR2060", {});
  const changes = deployChanges(draft, deployed).filter(({ is }) => is !== "same");
  const done = {
    created: changes.filter(({ is }) => is === "create").length,
    changed: changes.filter(({ is }) => is === "change").length,
    destroyed: changes.filter(({ is }) => is === "destroy").length,
    replaced: changes.filter(({ is }) => is === "replace").length,
  };
  if (changes.length === 0) return countOf(done);
  const at = now();
  const rows = new Map(deployed.orchestras.map((row) => [row.id, row]));
  const put = changes.flatMap((change): OrchestraDeploy["put"] => {
    const { after, deployment, is } = change;
    if (!after) return [];
    const definition = toCanonicalJson(after);
    const isNew = is === "create" || is === "replace";
    const wasCounted = !isNew && rows.get(change.id)!.cursor !== null;
    return [
      {
        id: change.id,
        score: after.score,
        deployment: deployment.to!,
        definition,
        hash: toHash(definition),
        createdAt: isNew ? at : rows.get(change.id)!.createdAt,
        deployedAt: at,
        ...(wasCounted && hasNewTimes(change) ? { cursor: at } : {}),
      },
    ];
  });
  await store.orchestras.deploy({
    deployments: await newDeployments(store, draft, put, at),
    put,
    destroyed: changes.filter(({ is }) => is === "destroy" || is === "replace").map(({ id }) => ({ id, at })),
    audit: changes.map((change) => ({
      at,
      who: by,
      origin,
      action: `deploy ${change.is}`,
      about: change.id,
      payload: payloadOf(change),
    })),
  });
  return countOf(done);
}

function countOf({
  created,
  changed,
  destroyed,
  replaced,
}: DeployDone & { readonly replaced: number }): DeployDone {
  return { created: created + replaced, changed, destroyed: destroyed + replaced };
}

function payloadOf({ id, after, deployment }: OrchestraChange): string {
  return toHash(toCanonicalJson([id, after ?? null, deployment.to ?? null]));
}

/** What a deploy is compared with. */
export async function readDeployed(store: Store): Promise<Deployed> {
  const [orchestras, overrides] = await Promise.all([store.orchestras.list(), store.orchestras.overrides()]);
  return { orchestras, overrides };
}

async function newDeployments(
  store: Store,
  { deployments }: DeployDraft,
  put: OrchestraDeploy["put"],
  createdAt: number,
): Promise<Deployment[]> {
  const fresh: Deployment[] = [];
  for (const hash of new Set(put.map(({ deployment }) => deployment))) {
    if (await store.hasDeployment(hash)) continue;
    const draft = deployments.find((one) => one.hash === hash);
    if (!draft) throw new MaestroError("MR2063", { detail: `it has no deployment ${hash.slice(0, 12)}` });
    const { score, plan, codeFile, agents } = draft;
    const inner = agents ? { agents: toCanonicalJson(agents) } : {};
    fresh.push({ hash, score, plan, code: readCode(codeFile), createdAt, ...inner });
  }
  return fresh;
}

function readCode(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new MaestroError("MR2063", { detail: (cause as Error).message }, { cause });
  }
}
