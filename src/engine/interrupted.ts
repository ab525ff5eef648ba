import type { StepRow } from "../store/store.ts";
import { isOpen } from "./history.ts";
import { toJsonText } from "./performance.ts";

/** Was it at work when its process ended? */
export function isCutOff(step: StepRow): boolean {
  return step.status === "running" && !isOpen(step);
}

/** Its row, now that nobody is at work on it. */
export function interrupted(step: StepRow, now: number): StepRow {
  const error = toJsonText({ message: "its process ended while it was at work" });
  return { ...step, status: "interrupted", error, endedAt: Math.max(now, step.startedAt) };
}
