import type { ts as TS } from "ts-morph";
import type { Call, Syntax } from "../syntax.ts";
import { addProperty } from "./add-property.ts";
import type { Change } from "./change.ts";
import type { Fixing } from "./fix-finding.ts";

/** Long enough for a model that thinks, short enough to be noticed. */
const AGENT_TIMEOUT = 'timeout: "2m"';
const CHECKPOINT_TIMEOUT = 'timeout: "24h"';
const ON_TIMEOUT = 'onTimeout: "reject"';

/** MS3005 of a node: a timeout of its own. How much an agent may cost is not for us to say. */
export function missingAgentTimeout({ syntax, call }: Fixing<"MS3005">): Change | undefined {
  const isNode = syntax.ts.isCallExpression(call) && isCalled(call, "agent", syntax);
  const options = isNode ? optionsOf(call, 1, syntax) : undefined;
  return options && adding([AGENT_TIMEOUT], options, syntax);
}

/** MS3006: how long a checkpoint waits and what holds then, where its author says neither "never" nor anything else. */
export function missingCheckpointEnd({ syntax, call }: Fixing<"MS3006">): Change | undefined {
  const options = optionsOf(call, 0, syntax);
  if (!options) return undefined;
  const has = (key: string) => syntax.follower.property(options, key) !== undefined;
  const missing = [
    ...(has("timeout") ? [] : [CHECKPOINT_TIMEOUT]),
    ...(has("onTimeout") ? [] : [ON_TIMEOUT]),
  ];
  return missing.length > 0 ? adding(missing, options, syntax) : undefined;
}

function isCalled(call: TS.CallExpression, name: string, { ts }: Syntax): boolean {
  return ts.isIdentifier(call.expression) && call.expression.text === name;
}

/** The options as they are written in the call itself: a constant may be meant for others, too. */
function optionsOf(call: Call, index: number, { ts }: Syntax): TS.ObjectLiteralExpression | undefined {
  const given = ts.isCallExpression(call) ? call.arguments[index] : undefined;
  if (!given || !ts.isObjectLiteralExpression(given)) return undefined;
  return given.properties.some((one) => ts.isSpreadAssignment(one)) ? undefined : given;
}

function adding(texts: readonly string[], options: TS.ObjectLiteralExpression, syntax: Syntax): Change {
  const text = texts.join(", ");
  return { title: `${text} added`, syntax, splices: addProperty(syntax, options, text) };
}
