import { describe } from "../../define/describe.ts";
import type { DefinitionContext } from "./definition-rules.ts";

/** MS3001: values of the configuration that could never work. */
export function configValues({ kind, definition, report }: DefinitionContext): void {
  if (kind !== "config" || definition.store === undefined) return;
  const wrong = (what: string, value: unknown, reason: string, ...path: string[]) => {
    const found = typeof value === "string" ? JSON.stringify(value) : describe(value);
    report({ code: "MS3001", facts: { what: `\`${what}\``, found, reason }, sites: definition.sites, path });
  };
  if (typeof definition.store !== "object" || definition.store === null) {
    wrong("store", definition.store, "it has to be an object", "store");
    return;
  }
  const { file, durability } = definition.store as { file?: unknown; durability?: unknown };
  if (file !== undefined && (typeof file !== "string" || file === "")) {
    wrong("store.file", file, "it has to be a path", "store", "file");
  }
  if (durability !== undefined && durability !== "power" && durability !== "process") {
    wrong("store.durability", durability, 'it is "power" or "process"', "store", "durability");
  }
}
