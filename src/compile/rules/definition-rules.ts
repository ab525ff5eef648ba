import type { DefinitionKind } from "../../define/definition.ts";
import type { Finding } from "../../define/finding.ts";
import { configValues } from "./config-values.ts";
import { definitionId } from "./definition-id.ts";
import { orchestraInput } from "./orchestra-input.ts";
import { orchestraSecrets } from "./orchestra-secrets.ts";
import { schedule } from "./schedule.ts";
import { unknownOption } from "./unknown-option.ts";

/** A definition as its author wrote it, its schemas and functions alive. */
export interface DefinitionContext {
  readonly kind: DefinitionKind;
  readonly definition: Readonly<Record<string, unknown>> & { readonly sites: Finding["sites"] };
  readonly report: (finding: Finding) => void;
}

/** Looks at one definition, in the process that evaluated it. */
type DefinitionRule = (context: DefinitionContext) => void | Promise<void>;

/** Every rule about a single definition. */
export const definitionRules: readonly DefinitionRule[] = [
  definitionId,
  unknownOption,
  configValues,
  schedule,
  orchestraInput,
  orchestraSecrets,
];
