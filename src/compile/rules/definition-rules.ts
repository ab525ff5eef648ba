import type { DefinitionKind } from "../../define/definition.ts";
import type { Finding } from "../../define/finding.ts";
import { agentOptions } from "./agent-options.ts";
import { budgetOptions } from "./budget-options.ts";
import { configSources } from "./config-sources.ts";
import { configValues } from "./config-values.ts";
import { credentials } from "./credentials.ts";
import { definitionId } from "./definition-id.ts";
import { instructions } from "./instructions.ts";
import { orchestraInput } from "./orchestra-input.ts";
import { orchestraOptions } from "./orchestra-options.ts";
import { orchestraSecrets } from "./orchestra-secrets.ts";
import { schedule } from "./schedule.ts";
import { skillOptions } from "./skill-options.ts";
import { toolOptions } from "./tool-options.ts";
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
const definitionRules: readonly DefinitionRule[] = [
  definitionId,
  unknownOption,
  configValues,
  configSources,
  budgetOptions,
  agentOptions,
  toolOptions,
  skillOptions,
  instructions,
  schedule,
  orchestraInput,
  orchestraOptions,
  orchestraSecrets,
  credentials,
];

const seen = new WeakSet<object>();

/** Applies every rule to a definition, once: an agent may be met in its own file and in every score that uses it. */
export async function applyDefinitionRules(context: DefinitionContext): Promise<void> {
  if (seen.has(context.definition)) return;
  seen.add(context.definition);
  for (const rule of definitionRules) await rule(context);
}
