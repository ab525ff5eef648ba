import type { OrchestraPlan } from "./orchestra-plan.ts";

/** What an operator decided of one field; the store's rows are of this form. */
export interface FieldOverride {
  readonly field: string;
  /** JSON. */
  readonly value: string;
}

/** The fields that operators may decide over what the files say. `enabled` and `paused` stand in no file. */
export const OVERRIDABLE = ["name", "tag", "description", "cron", "timezone"] as const;
export type Overridable = (typeof OVERRIDABLE)[number];

/** An orchestra as it is played: what its file says, with what operators decided laid over it. */
export interface EffectiveOrchestra {
  readonly plan: OrchestraPlan;
  /** Nothing plays it before somebody has enabled it, but people. */
  readonly isEnabled: boolean;
  /** Its schedule and its triggers begin nothing for now. */
  readonly isPaused: boolean;
}

export function effectiveOrchestra(
  plan: OrchestraPlan,
  overrides: readonly FieldOverride[],
): EffectiveOrchestra {
  const said = new Map(overrides.map(({ field, value }) => [field, JSON.parse(value) as unknown]));
  const text = (field: Overridable) => said.get(field) as string | undefined;
  const [name, tag, description] = [text("name"), text("tag"), text("description")];
  const [cron, timezone] = [text("cron"), text("timezone")];
  const { schedule } = plan;
  return {
    plan: {
      ...plan,
      ...(name === undefined ? {} : { name }),
      ...(tag === undefined ? {} : { tag }),
      ...(description === undefined ? {} : { description }),
      ...(schedule === undefined
        ? {}
        : {
            schedule: {
              ...schedule,
              cron: cron ?? schedule.cron,
              timezone: timezone ?? schedule.timezone,
            },
          }),
    },
    isEnabled: said.get("enabled") === true,
    isPaused: said.get("paused") === true,
  };
}
