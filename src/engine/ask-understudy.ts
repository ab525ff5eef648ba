import type { HttpNode, ShellNode } from "../plan/index.ts";
import { checked, outputRefused } from "../players/checked.ts";
import type { AttemptCall } from "./call.ts";
import { openSecrets } from "./open-secrets.ts";
import type { Performance } from "./performance.ts";

/** A request that is not sent, a program that is not started: what the run's understudy gives in its place. */
export async function askUnderstudy(
  node: HttpNode | ShellNode,
  call: AttemptCall,
  run: Performance,
): Promise<unknown> {
  const understudy = await run.source!.open();
  call.info = { ...call.info, source: understudy.is };
  const asked = openSecrets(call.input, run.state.mark, (name) => `[secret:${name}]`);
  const given = await understudy.outside(node, asked, { step: call.step.key });
  const check = node.kind === "http" ? run.playable.code.checks[node.code] : undefined;
  return check ? checked(check, given, outputRefused) : given;
}
