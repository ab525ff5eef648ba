import { type Form, toForm } from "./form.ts";
import type { Source } from "./source.ts";
import type { Purpose } from "./ui.ts";

const DECIDING = { enable: "Enable", disable: "Disable", pause: "Pause", resume: "Let go on" } as const;
const WHY = { why: { type: "string", description: "for the others" } } as const;

/** Nobody fills in what would be refused. What is drawn may be a moment old: it is asked again. */
async function assertOver(source: Source, id: string): Promise<void> {
  const { run } = await source.run(id, undefined);
  if (run.status === "completed" || run.status === "failed" || run.status === "cancelled") return;
  throw new Error("it has not ended: p pauses it or lets it go on, c cancels it");
}

/**
 * The form for what somebody wants to do.
 * @throws Error with the reason in words when it cannot be done now
 */
export async function openForm(source: Source, purpose: Purpose): Promise<Form> {
  switch (purpose.for) {
    case "run":
      return toForm(
        `Run ${purpose.score}${purpose.isStepped ? " step by step" : ""}`,
        await source.inputOf(purpose.score),
      );
    case "decide":
      return toForm(`Answer ${purpose.step}`, await source.decisionOf(purpose.run, purpose.step));
    case "rerun":
      await assertOver(source, purpose.run);
      return toForm(
        `Run again from ${purpose.from}`,
        { type: "object", properties: { from: { type: "string" }, input: {} } },
        { from: purpose.from, input: purpose.was },
      );
    case "override": {
      const { schema } = await source.formOf(purpose.run, purpose.step);
      return toForm(`Give the output of ${purpose.step}`, schema ?? {});
    }
    case "branch": {
      const { cases = [] } = await source.formOf(purpose.run, purpose.step);
      return toForm(`Which case ${purpose.step} takes`, { enum: [...cases] });
    }
    case "output":
      await assertOver(source, purpose.run);
      return toForm(`Run again with another output of ${purpose.step}`, {}, purpose.was);
    case "enable":
    case "disable":
    case "pause":
    case "resume":
      return toForm(`${DECIDING[purpose.for]} ${purpose.orchestra}`, { type: "object", properties: WHY });
    case "set":
    case "unset": {
      const value = purpose.for === "set" ? { value: { type: "string" } } : {};
      const why = purpose.for === "set" ? WHY : {};
      return toForm(
        purpose.for === "set" ? `Override ${purpose.orchestra}` : `Take back for ${purpose.orchestra}`,
        {
          type: "object",
          properties: { field: { enum: [...purpose.fields] }, ...value, ...why },
          required: ["field", "value"],
        },
      );
    }
    default:
      return purpose satisfies never;
  }
}
