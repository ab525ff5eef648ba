import type { ToolCode } from "../../plan/index.ts";
import { toolName } from "./tool-name.ts";

const MAX_RESULT_BYTES = 64 * 1024;

/** A tool `server/tool` where nobody outside is asked: what its server would say of it is not known, and it does nothing. */
export function unaskedTool(name: string): ToolCode {
  return {
    name: toolName(name),
    description: name,
    effects: false,
    input: { type: "object" },
    timeoutMs: 1_000,
    maxResultBytes: MAX_RESULT_BYTES,
    secrets: [],
    checkInput: (value) => ({ value }),
    run: () => null,
  };
}
