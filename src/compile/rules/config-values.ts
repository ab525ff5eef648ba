import { describe } from "../../define/describe.ts";
import { isAuthorCode, whyNotSettable } from "../../diagnostics/index.ts";
import type { DefinitionContext } from "./definition-rules.ts";

/** MS3001: values of the configuration that could never work. */
export function configValues({ kind, definition, report }: DefinitionContext): void {
  if (kind !== "config") return;
  const wrong = (what: string, value: unknown, reason: string, ...path: string[]) => {
    const found = typeof value === "string" ? JSON.stringify(value) : describe(value);
    report({ code: "MS3001", facts: { what: `\`${what}\``, found, reason }, sites: definition.sites, path });
  };
  checkStore(definition.store, wrong);
  checkDiagnostics(definition.diagnostics, wrong);
}

type Wrong = (what: string, value: unknown, reason: string, ...path: string[]) => void;

function checkStore(store: unknown, wrong: Wrong): void {
  if (store === undefined) return;
  if (typeof store !== "object" || store === null)
    return wrong("store", store, "it has to be an object", "store");
  const { file, durability } = store as { file?: unknown; durability?: unknown };
  if (file !== undefined && (typeof file !== "string" || file === "")) {
    wrong("store.file", file, "it has to be a path", "store", "file");
  }
  if (durability !== undefined && durability !== "power" && durability !== "process") {
    wrong("store.durability", durability, 'it is "power" or "process"', "store", "durability");
  }
}

/** Codes that there are not are no option: MS4006. */
function checkDiagnostics(diagnostics: unknown, wrong: Wrong): void {
  if (diagnostics === undefined) return;
  if (typeof diagnostics !== "object" || diagnostics === null)
    return wrong("diagnostics", diagnostics, "it has to be an object", "diagnostics");
  for (const [code, setting] of Object.entries(diagnostics)) {
    const reason = isAuthorCode(code) ? whyNotSettable(code, setting) : undefined;
    if (reason !== undefined) wrong(`diagnostics.${code}`, setting, reason, "diagnostics", code);
  }
}
