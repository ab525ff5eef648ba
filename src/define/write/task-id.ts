import { describe, idText } from "../describe.ts";
import type { TaskRecord } from "../record.ts";
import { whyNoName } from "../why-no-name.ts";
import type { Writing } from "./writing.ts";

/** The id of a task of `defineTask`, as plans name it. MS1102: one that is none, at the task's own place. */
export function taskIdOf({ id, sites }: TaskRecord, writing: Writing): string {
  const isText = typeof id === "string";
  const reason = isText ? whyNoName(id) : "it has to be a string";
  if (reason !== undefined)
    writing.report({
      code: "MS1102",
      facts: { what: "task", reason, ...(isText ? { id } : { found: describe(id) }) },
      sites,
      path: ["id"],
    });
  return idText(id);
}
