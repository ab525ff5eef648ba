import { blobArgs, insertBlob, toContent } from "./artifacts.ts";
import { auditArgs, insertAudit, listAudit } from "./audit.ts";
import type { Connection } from "./connection.ts";
import { deliveryArgs, forgetRefused, insertDelivery, listDeliveries, runOfDelivery } from "./deliveries.ts";
import { deploymentArgs, insertDeployment } from "./deployments.ts";
import { insertOccurrence, listOccurrences, occurrenceArgs } from "./occurrences.ts";
import type {
  AuditRow,
  Cause,
  Decision,
  DeliveryRow,
  EndedQuery,
  NewAudit,
  NewDelivery,
  OccurrenceQuery,
  OccurrenceRow,
  OrchestraDeploy,
  OrchestraRow,
  OrchestraStore,
  OverrideChange,
  OverrideRow,
} from "./orchestra-store.ts";
import {
  destroyOrchestra,
  listOrchestras,
  moveCursor,
  moveCursorOn,
  orchestraArgs,
  orchestraById,
  putOrchestra,
} from "./orchestras.ts";
import { listOverrides, overrideArgs, putOverride, removeOverrides } from "./overrides.ts";
import { endedRunsOf, openRunsOf } from "./runs.ts";
import type { RunRow } from "./store.ts";
import type { QueuedRow } from "./write-queue.ts";

interface Access {
  /** All rows, or none. */
  readonly write: (rows: readonly QueuedRow[]) => Promise<void>;
  readonly read: <T>(query: (connection: Connection) => Promise<T>) => Promise<T>;
}

/** What orchestras are and were, in the file of a `LibsqlStore`. */
export class LibsqlOrchestras implements OrchestraStore {
  readonly #access: Access;

  constructor(access: Access) {
    this.#access = access;
  }

  deploy({ deployments, put, destroyed, audit }: OrchestraDeploy): Promise<void> {
    return this.#access.write([
      ...deployments.flatMap((deployment): QueuedRow[] => {
        if (deployment.code === null) return [[insertDeployment, deploymentArgs(deployment, null)]];
        const code = toContent(deployment.code);
        return [
          [insertBlob, blobArgs(code)],
          [insertDeployment, deploymentArgs(deployment, code.hash)],
        ];
      }),
      ...destroyed.flatMap(({ id, at }): QueuedRow[] => [
        [destroyOrchestra, [at, id]],
        [removeOverrides, [id, null]],
      ]),
      ...put.map((row): QueuedRow => [putOrchestra, orchestraArgs(row)]),
      ...audit.map(auditRow),
    ]);
  }

  override({ put, removed, cursors, audit }: OverrideChange): Promise<void> {
    return this.#access.write([
      ...removed.map(({ orchestra, field }): QueuedRow => [removeOverrides, [orchestra, field]]),
      ...put.map((row): QueuedRow => [putOverride, overrideArgs(row)]),
      ...cursors.map(({ orchestra, at }): QueuedRow => [moveCursor, [at, orchestra]]),
      ...audit.map(auditRow),
    ]);
  }

  decide(decision: Decision): Promise<void> {
    return this.#access.write(decisionRows(decision));
  }

  audit(row: NewAudit): Promise<void> {
    return this.#access.write([auditRow(row)]);
  }

  refuse(row: NewDelivery): Promise<void> {
    return this.#access.write([
      [insertDelivery, deliveryArgs(row)],
      [forgetRefused, [row.orchestra, row.orchestra]],
    ]);
  }

  openRuns(orchestra: string): Promise<string[]> {
    return this.#access.read((connection) => openRunsOf(connection, orchestra));
  }

  endedRuns(query: EndedQuery): Promise<RunRow[]> {
    return this.#access.read((connection) => endedRunsOf(connection, query));
  }

  list(): Promise<OrchestraRow[]> {
    return this.#access.read(listOrchestras);
  }

  find(id: string): Promise<OrchestraRow | undefined> {
    return this.#access.read((connection) => orchestraById(connection, id));
  }

  overrides(orchestra?: string): Promise<OverrideRow[]> {
    return this.#access.read((connection) => listOverrides(connection, orchestra));
  }

  occurrences(query: OccurrenceQuery): Promise<OccurrenceRow[]> {
    return this.#access.read((connection) => listOccurrences(connection, query));
  }

  deliveries(query: { readonly orchestra: string; readonly limit: number }): Promise<DeliveryRow[]> {
    return this.#access.read((connection) => listDeliveries(connection, query));
  }

  runOfDelivery(orchestra: string, webhookId: string): Promise<string | undefined> {
    return this.#access.read((connection) => runOfDelivery(connection, orchestra, webhookId));
  }

  audits(query: Parameters<OrchestraStore["audits"]>[0]): Promise<AuditRow[]> {
    return this.#access.read((connection) => listAudit(connection, query));
  }
}

/** What a run was begun for, and by whom, to be written with it. */
export function causeRows({ decision, delivery, audit = [] }: Cause): QueuedRow[] {
  return [
    ...(decision ? decisionRows(decision) : []),
    ...(delivery ? ([[insertDelivery, deliveryArgs(delivery)]] as const) : []),
    ...audit.map(auditRow),
  ];
}

/** The rows of a decision, to be written with whatever it is about. */
function decisionRows({ orchestra, until, occurrences }: Decision): QueuedRow[] {
  return [
    ...occurrences.map((row): QueuedRow => [insertOccurrence, occurrenceArgs(row)]),
    [moveCursorOn, [until, orchestra]],
  ];
}

function auditRow(row: NewAudit): QueuedRow {
  return [insertAudit, auditArgs(row)];
}
