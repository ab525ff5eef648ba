import { MaestroError } from "../diagnostics/index.ts";
import type { Problem, TaskCode, TaskNode } from "../plan/index.ts";
import { isThenable } from "../support/is-thenable.ts";
import { checked, outputRefused } from "./checked.ts";
import type { Player } from "./player.ts";

/**
 * Checks the input, runs the author's function, checks the output.
 * @throws MaestroError MR3003 when the input does not fit, MR3001 when the output does not, MR2049 when one of its own checks
 * does not hold; else what the function throws
 */
export const playTask: Player<TaskNode> = (node, call, code) => {
  const task = code.tasks[node.code]!;
  const run = (input: unknown) => task.run(call.toTaskCall(input));
  const input = task.checkInput ? checked(task.checkInput, call.input, inputRefused) : call.input;
  const output = input instanceof Promise ? input.then(run) : run(input);
  const { checkOutput, verify } = task;
  if (verify) return verified(output, task, call);
  if (!checkOutput) return output;
  return isThenable(output)
    ? Promise.resolve(output).then((value) => checked(checkOutput, value, outputRefused))
    : checked(checkOutput, output, outputRefused);
};

/** Only what fits is looked at; all of its checks are asked. */
async function verified(
  given: unknown,
  { checkOutput, verify }: TaskCode,
  call: Parameters<typeof playTask>[1],
): Promise<unknown> {
  const value = await given;
  const output = checkOutput ? await checked(checkOutput, value, outputRefused) : value;
  const { signal } = call.toTaskCall(call.input);
  const problems: string[] = [];
  for (const check of verify!) {
    const said = await check({ input: call.input, output, signal });
    if (said !== true) problems.push(typeof said === "string" && said !== "" ? said : "its check says no");
  }
  if (problems.length > 0) throw new MaestroError("MR2049", { problems });
  return output;
}

function inputRefused(problems: readonly Problem[]): never {
  throw new MaestroError("MR3003", { problems });
}
