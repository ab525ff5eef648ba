import type { DeriveNode } from "../../plan/index.ts";
import { describe } from "../describe.ts";
import { harmonyRecord } from "../harmony.ts";
import { listOf } from "../list-of.ts";
import type { AnyRoot, NodeRecord } from "../record.ts";
import { refInfo } from "../ref.ts";
import type { Place } from "../to-expr.ts";
import { type At, invalid, oneOfWords, type Writing } from "./writing.ts";

/** What a score says of its artifacts; what is no `harmony()` is reported. */
export function harmonyRecords(listed: unknown, place: Place, writing: Writing): NodeRecord[] {
  if (listed === undefined) return [];
  if (!Array.isArray(listed)) {
    invalid("harmony", describe(listed), "it lists what harmony() gives", place, writing);
    return [];
  }
  return listOf(listed).flatMap((value, i) => {
    const record = harmonyRecord(value);
    if (record) return [record];
    const at = { ...place, path: [...place.path, i] };
    invalid("harmony", describe(value), "it lists what harmony() gives", at, writing);
    return [];
  });
}

/** Which artifacts it is about, and what a conflict means. */
export function writeHarmony(
  { options, parts = [] }: NodeRecord,
  at: At,
  writing: Writing,
): NonNullable<DeriveNode["harmony"]> {
  const about = { ...at(), reader: "harmony()" };
  const artifacts = listOf(parts).map((part, i) => {
    const root = refInfo(part)?.root as AnyRoot | undefined;
    const found =
      root?.is === "output" && root.node.kind === "artifact" ? writing.nameOf(root.node) : undefined;
    if (found?.up === 0) return found.name;
    const reason = "it is about outputs of artifacts that stand in the score's own nodes";
    invalid(`[${i}]`, describe(part), reason, { ...about, path: [i] }, writing);
    return "?";
  });
  if (parts.length < 2) invalid("harmony", "one value", "it is about two artifacts or more", about, writing);
  const inHarmony: At = (...path) => ({ ...about, path: [2, ...path] });
  const onConflict = oneOfWords(options.onConflict, "onConflict", ["fail", "report"], inHarmony, writing);
  return { artifacts, onConflict: onConflict ?? "fail" };
}
