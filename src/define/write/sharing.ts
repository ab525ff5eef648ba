import type { Sharing } from "../../plan/index.ts";
import type { NodeRecord } from "../record.ts";
import type { Place } from "../to-expr.ts";
import { type At, invalid, shown, type Writing, wholeNumber } from "./writing.ts";

export const RESOURCE = /^[A-Za-z][\w-]*$/;
export const TAG = /^[A-Za-z0-9][\w.-]*$/;
const MOST = 1_000_000;

/** `resources` and `tags`. */
export function sharing({ options }: NodeRecord, at: At, writing: Writing): Sharing {
  const resources =
    options.resources === undefined ? {} : countsOf(options.resources, "resources", at, writing);
  const tags = options.tags === undefined ? [] : tagsOf(options.tags, at("tags"), writing);
  return {
    ...(Object.keys(resources).length > 0 ? { resources } : {}),
    ...(tags.length > 0 ? { tags } : {}),
  };
}

function countsOf(value: unknown, what: string, at: At, writing: Writing): Record<string, number> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    invalid(what, shown(value), "it says how much of what: { gpu: 1 }", at(what), writing);
    return {};
  }
  const counts: Record<string, number> = {};
  for (const [name, count] of Object.entries(value)) {
    const reason = "a resource is named with letters, digits, - and _";
    if (!RESOURCE.test(name)) invalid(what, JSON.stringify(name), reason, at(what, name), writing);
    else counts[name] = wholeNumber(count, `${what}.${name}`, MOST, at, writing);
  }
  return counts;
}

/** Each once; what is none is reported. */
export function tagsOf(value: unknown, place: Place, writing: Pick<Writing, "report">): string[] {
  if (!Array.isArray(value)) {
    invalid("tags", shown(value), 'it lists tags: ["crm"]', place, writing);
    return [];
  }
  const isTag = (tag: unknown) => typeof tag === "string" && TAG.test(tag);
  for (const [i, tag] of value.entries()) {
    const path = [...place.path, i];
    const reason = "a tag has letters, digits, -, _ and dots, and begins with a letter or a digit";
    if (!isTag(tag)) invalid("tags", shown(tag), reason, { ...place, path }, writing);
  }
  return [...new Set(value.filter(isTag))];
}
