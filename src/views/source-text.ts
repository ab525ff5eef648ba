import type { RunSource } from "../engine/index.ts";

/** What a run is called in which nobody outside was asked. */
export function toSourceText(is: RunSource["is"]): string {
  switch (is) {
    case "rehearsal":
      return "rehearsal";
    case "cassette":
      return "from a cassette";
    case "script":
      return "by a script";
    default:
      return is satisfies never;
  }
}

/** What that means, in one line. */
export function explainSource(is: RunSource["is"]): string {
  const how = {
    rehearsal: "are answered with samples",
    cassette: "are answered as they were recorded",
    script: "are answered by a script",
  }[is];
  return `nobody outside is asked: models, tools, requests and programs ${how}; tasks are performed`;
}
