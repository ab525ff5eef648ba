import { OVERRIDABLE } from "../plan/index.ts";
import type { Pressed } from "./press.ts";
import { orchestraOf, type Seen } from "./selection.ts";
import type { Ui } from "./ui.ts";

const KEYS = "eprou";

/** What a letter does to the orchestra that is selected; undefined when it is none, or the letter is about something else. */
export function pressOnOrchestra(ui: Ui, text: string, seen: Seen): Pressed | undefined {
  const one = KEYS.includes(text) ? orchestraOf(ui, seen) : undefined;
  if (!one) return undefined;
  const { id, deployed } = one;
  if (!deployed)
    return text === "r" ? undefined : { ui: { ...ui, message: `"${id}" is not deployed: maestro deploy` } };
  const decide = (is: "enable" | "disable" | "pause" | "resume"): Pressed => {
    return { ui, effect: { is: "form", purpose: { for: is, orchestra: id } } };
  };
  switch (text) {
    case "e":
      return decide(deployed.isEnabled ? "disable" : "enable");
    case "p":
      return decide(deployed.isPaused ? "resume" : "pause");
    case "r":
      return { ui, effect: { is: "do", action: { do: "play", orchestra: id } } };
    case "o":
      return { ui, effect: { is: "form", purpose: { for: "set", orchestra: id, fields: OVERRIDABLE } } };
    case "u": {
      const fields = deployed.overrides.map(({ field }) => field);
      if (fields.length === 0) return { ui: { ...ui, message: `nobody has decided anything about "${id}"` } };
      return { ui, effect: { is: "form", purpose: { for: "unset", orchestra: id, fields } } };
    }
    default:
      return undefined;
  }
}
