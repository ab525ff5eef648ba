import type { Tool } from "./define-tool.ts";
import { callSites, type Site } from "./site.ts";

declare const SKILL: unique symbol;

/** Instructions and tools that belong together, for agents that list it. */
export interface Skill {
  readonly [SKILL]: true;
  readonly id: string;
}

/** A skill as its author wrote it. */
export interface SkillRecord {
  readonly kind: "skill";
  readonly id: unknown;
  readonly instructions: unknown;
  readonly tools?: unknown;
  readonly sites: readonly Site[];
}

/** The mark by which skills are known; shared between copies of this package. */
const MARK = Symbol.for("maestro.skill");

/**
 * Something that several agents can do: how, and with which tools. An agent that lists it in `skills` is told its
 * instructions after its own, and may call its tools. Skills stand in `agents/lib/`.
 * @example
 * export const citing = defineSkill({
 *   id: "citing",
 *   instructions: "Say where each fact is from, as [1]. Look sources up before you cite them.",
 *   tools: [lookUpSource, "docs/search"],
 * });
 */
export function defineSkill(definition: {
  /** Letters, digits, - and _. */
  readonly id: string;
  readonly instructions: string;
  /** As an agent's own. */
  readonly tools?: readonly (Tool | string)[];
}): Skill {
  return Object.freeze({
    kind: "skill",
    ...definition,
    [MARK]: true,
    sites: callSites(defineSkill),
  }) as unknown as Skill;
}

/** The skill's record, or `undefined` when `value` is none. */
export function skillRecord(value: unknown): SkillRecord | undefined {
  return typeof value === "object" && value !== null && MARK in value
    ? (value as unknown as SkillRecord)
    : undefined;
}
