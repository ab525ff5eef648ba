import { MaestroError } from "../diagnostics/index.ts";
import type { Problem, TaskNode } from "../plan/index.ts";
import { isThenable } from "../support/is-thenable.ts";
import { checked, outputRefused } from "./checked.ts";
import type { Player } from "./player.ts";

/**
 * Checks the input, runs the author's function, checks the output.
 * @throws MaestroError MR3003 when the input does not fit, MR3001 when the output does not; else what the function throws
 */
export const playTask: Player<TaskNode> = (node, call, code) => {
  const task = code.tasks[node.code]!;
  const run = (input: unknown) => task.run(call.toTaskCall(input));
  const input = task.checkInput ? checked(task.checkInput, call.input, inputRefused) : call.input;
  const output = input instanceof Promise ? input.then(run) : run(input);
  const { checkOutput } = task;
  if (!checkOutput) return output;
  return isThenable(output)
    ? Promise.resolve(output).then((value) => checked(checkOutput, value, outputRefused))
    : checked(checkOutput, output, outputRefused);
};

function inputRefused(problems: readonly Problem[]): never {
  throw new MaestroError("MR3003", { problems });
}
