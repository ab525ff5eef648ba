import { whyNoSchedule, whyNoTimezone } from "../compile/rules/schedule.ts";
import { MaestroError } from "../diagnostics/index.ts";
import { effectiveOrchestra, OVERRIDABLE, type Overridable, toHash } from "../plan/index.ts";
import { findOrchestra } from "../store/find-orchestra.ts";
import type { OrchestraRow } from "../store/orchestra-store.ts";
import type { Store } from "../store/store.ts";
import { toCanonicalJson } from "../support/json.ts";
import { nearest } from "../support/nearest.ts";
import { planOfRow } from "./deploy-changes.ts";

/** What an operator decides. */
export type Decided =
  | { readonly is: "enable" | "disable" | "pause" | "resume" }
  | { readonly is: "set"; readonly field: string; readonly value: string }
  | { readonly is: "unset"; readonly field: string };

export interface Overriding {
  readonly id: string;
  readonly decided: Decided;
  readonly by: string;
  readonly why?: string | undefined;
  /** Where it came from. */
  readonly origin: string;
}

interface Tools {
  readonly store: Store;
  readonly now: () => number;
}

const LONGEST_TEXT = 200;
const STATES: readonly string[] = ["enabled", "paused"];

/**
 * Writes down what an operator decides about an orchestra: from then on it holds, over what its file says and across
 * deploys, until it is taken back. Enabling, going on, and another schedule count from now: no instant from before is played.
 * @throws MaestroError MR2061 when there is no such orchestra, MR2064 when the value cannot be, MR2065 when there is no such
 * field, MR2066 when nobody has decided what is to be taken back
 */
export async function overrideOrchestra(
  { store, now }: Tools,
  { id, decided, by, why, origin }: Overriding,
): Promise<void> {
  const row = await findOrchestra(store, id);
  const { field, value } = await changeOf(store, row, decided);
  const at = now();
  const about = { orchestra: id, field };
  await store.orchestras.override({
    put:
      value === undefined ? [] : [{ ...about, value: JSON.stringify(value), who: by, why: why ?? null, at }],
    removed: value === undefined ? [about] : [],
    cursors: countsFromNow(decided, field) ? [{ orchestra: id, at }] : [],
    audit: [
      {
        at,
        who: by,
        origin,
        action: `orchestras ${decided.is}`,
        about: id,
        payload: toHash(toCanonicalJson([id, decided, why ?? null])),
      },
    ],
  });
}

interface FieldChange {
  readonly field: string;
  /** Absent: what was decided is taken back. */
  readonly value: string | boolean | undefined;
}

async function changeOf(store: Store, row: OrchestraRow, decided: Decided): Promise<FieldChange> {
  switch (decided.is) {
    case "enable":
    case "disable":
      return { field: "enabled", value: decided.is === "enable" };
    case "pause":
      return { field: "paused", value: true };
    case "resume":
      return { field: "paused", value: await isSet(store, row.id, "paused") };
    case "set": {
      const field = known(decided.field, OVERRIDABLE);
      await checkValue(store, row, field as Overridable, decided.value);
      return { field, value: decided.value.trim() };
    }
    case "unset": {
      const field = known(decided.field, [...OVERRIDABLE, ...STATES]);
      return { field, value: await isSet(store, row.id, field) };
    }
    default:
      return decided satisfies never;
  }
}

/** `undefined` when somebody has decided it, so that it can be taken back. */
async function isSet(store: Store, orchestra: string, field: string): Promise<undefined> {
  const overrides = await store.orchestras.overrides(orchestra);
  if (!overrides.some((one) => one.field === field)) throw new MaestroError("MR2066", { orchestra, field });
}

function known(field: string, fields: readonly string[]): string {
  if (fields.includes(field)) return field;
  throw new MaestroError("MR2065", { field, known: fields, guess: nearest(field, fields) });
}

async function checkValue(store: Store, row: OrchestraRow, field: Overridable, value: string): Promise<void> {
  const refuse = (reason: string) => {
    throw new MaestroError("MR2064", { field, value, reason, guess: undefined });
  };
  const isLine = value.trim() !== "" && value.length <= LONGEST_TEXT && !/\p{Cc}/u.test(value);
  if (!isLine) refuse(`it has to be one line of 1 to ${LONGEST_TEXT} characters`);
  if (field !== "cron" && field !== "timezone") return;
  const { schedule } = effectiveOrchestra(planOfRow(row), await store.orchestras.overrides(row.id)).plan;
  if (!schedule) return refuse("its file gives it no schedule");
  const why =
    field === "cron"
      ? whyNoSchedule(value.trim(), schedule.timezone)
      : (whyNoTimezone(value.trim()) ?? whyNoSchedule(schedule.cron, value.trim()));
  if (why) refuse(why);
}

/** Otherwise what was missed meanwhile would be made up for. */
function countsFromNow({ is }: Decided, field: string): boolean {
  if (is === "enable" || is === "resume") return true;
  if (is === "unset") return field === "paused" || field === "cron" || field === "timezone";
  return is === "set" && (field === "cron" || field === "timezone");
}
