import { idText } from "../describe.ts";
import type { TaskRecord } from "../record.ts";
import { wrongId } from "../wrong-id.ts";
import type { Writing } from "./writing.ts";

/** The id of a task of `defineTask`, as plans name it. What is none is reported. */
export function taskIdOf(task: TaskRecord, writing: Writing): string {
  const finding = wrongId("task", task);
  if (finding) writing.report(finding);
  return idText(task.id);
}
