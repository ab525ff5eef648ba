import type { HttpNode, ShellNode } from "../plan/index.ts";
import { checked, outputRefused } from "../players/checked.ts";
import { shortHash } from "../players/understudies/recording.ts";
import type { AttemptCall } from "./call.ts";
import { ElsewhereError } from "./elsewhere.ts";
import { openSecrets } from "./open-secrets.ts";
import type { Performance } from "./performance.ts";
import { redactorOf } from "./redactor-of.ts";

/** A request that is not sent, a program that is not started: what the run's understudy gives in its place. */
export async function askUnderstudy(
  node: HttpNode | ShellNode,
  call: AttemptCall,
  run: Performance,
): Promise<unknown> {
  const understudy = await run.source!.open();
  call.info = { ...call.info, source: understudy.is };
  const brought = await understudy.outside(node, givenTo(call, run), { step: call.step.key });
  if ("error" in brought) throw new ElsewhereError(brought.error);
  const check = node.kind === "http" ? run.playable.code.checks[node.code] : undefined;
  return check ? checked(check, brought.output, outputRefused) : brought.output;
}

/** A hash of that: what is asked again is known by it. */
export function askedOf(call: AttemptCall, run: Performance): string {
  return shortHash(givenTo(call, run));
}

/** What a request or a program is given, in which secrets are but names. */
function givenTo({ input }: AttemptCall, run: Performance): unknown {
  return redactorOf(run).value(openSecrets(input, run.state.mark, (name) => `[secret:${name}]`));
}
