import type { AgentDefinition, AgentRecord } from "./define-agent.ts";
import type { Node } from "./node.ts";
import type { Policies, Varied } from "./policy.ts";
import { recordNode, toHandle } from "./record.ts";
import type { Inputs } from "./ref.ts";
import type { RoutingName } from "./routing.ts";

/**
 * A step that asks a model, as an agent from `defineAgent` says.
 * @example
 * const letter = agent(writer, { input: { lead: found.output.lead }, timeout: "60s" });
 */
// biome-ignore lint/suspicious/noExplicitAny: without the defaults one wrong name gives ten errors
export function agent<I = any, O = any>(
  definition: AgentDefinition<I, O>,
  options: {
    readonly input: Inputs<NoInfer<I>>;
    /** By which policy its models are put in order; default: as the agent says, the score, the configuration. */
    readonly routing?: RoutingName;
  } & Policies<NoInfer<O>, Varied<NoInfer<I>>>,
): Node<O> {
  const node = recordNode("agent", agent, {
    // Authors of JavaScript can leave them out: the input that is missing says more than a TypeError.
    options: options ?? {},
    definition: definition as unknown as AgentRecord,
  });
  return toHandle(node) as Node<O>;
}
