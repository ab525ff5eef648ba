import { type Form, toForm } from "./form.ts";
import type { Source } from "./source.ts";
import type { Purpose } from "./ui.ts";

const DECIDING = { enable: "Enable", disable: "Disable", pause: "Pause", resume: "Let go on" } as const;
const WHY = { why: { type: "string", description: "for the others" } } as const;

/** The form for what somebody wants to do. */
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
