import type { Effect } from "./plan.ts";

/** What a task's `verify` asks for, as people read it: `file output.path`. */
export function toEffectText(effect: Effect): string {
  switch (effect.is) {
    case "file":
    case "url": {
      const { at } = effect;
      return `${effect.is} ${"text" in at ? at.text : ["output", ...at.path].join(".")}`;
    }
    case "check":
      return "check";
    default:
      return effect satisfies never;
  }
}
