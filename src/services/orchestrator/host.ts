import type { Play } from "../../engine/index.ts";
import type { MigrationData } from "../../operations/migration-data.ts";
import type { RunRow, RunStatus } from "../../store/store.ts";
import type { ControlRequest } from "../control-request.ts";
import type { Followed } from "./followed-runs.ts";

export type Asked<O extends ControlRequest["op"]> = Extract<ControlRequest, { readonly op: O }>;

/** How an orchestrator is. */
export interface HostStatus {
  readonly pid: number;
  readonly version: string;
  /** Unix ms. */
  readonly startedAt: number;
  /** `recovering`: it goes on with what was left, and takes new runs meanwhile. */
  readonly state: "recovering" | "ready" | "draining";
  readonly workspace: string;
  readonly slots: { readonly most: number; readonly inUse: number };
  readonly queued: number;
  /** Runs that have not ended, by how they stand. */
  readonly runs: Readonly<Partial<Record<RunStatus, number>>>;
  /** Runs that could not go on when it started, and why. */
  readonly stuck: readonly { readonly run: string; readonly why: string }[];
}

/** What an owner does that plays whatever can be played. */
export interface Host {
  /** Begins a run, once, however often it is asked for. Undefined when nothing begins any more. */
  start(request: Asked<"start">): Promise<{ readonly run: string } | undefined>;
  /** The same of a run that `make` begins. */
  begin(
    about: Pick<RunRow, "score"> & { readonly run: string },
    make: () => Promise<Play>,
  ): Promise<{ readonly run: string } | undefined>;
  /** Begins a run from an earlier one, once, however often it is asked for. Undefined when nothing begins any more. */
  rerun(request: Asked<"rerun">): Promise<{ readonly run: string } | undefined>;
  /** What moving a run to other code does, or would do. Undefined when nothing begins any more. */
  migrate(request: Asked<"migrate">): Promise<MigrationData | undefined>;
  /** Undefined when the run is not played here. */
  follow(request: Asked<"follow">): Promise<Followed | undefined>;
  status(): Promise<HostStatus>;
  /** Returns at once; what it does takes its time. */
  stop(isNow: boolean): void;
  /** Somebody has had something done: orchestras were deployed, something was decided, a run paused. */
  changed(): void;
  /** A run goes on here that somebody has asked for. */
  watch(play: Play): void;
}
