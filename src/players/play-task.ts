import { MaestroError } from "../diagnostics/index.ts";
import type { Check, Checked, TaskNode } from "../plan/index.ts";
import { isThenable } from "../support/is-thenable.ts";
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

type Refuse = (problems: Extract<Checked, { problems: unknown }>["problems"]) => never;

const inputRefused: Refuse = (problems) => {
  throw new MaestroError("MR3003", { problems });
};
const outputRefused: Refuse = (problems) => {
  throw new MaestroError("MR3001", { problems });
};

/** The value as the schema gives it back; synchronous unless the schema is not. */
function checked(check: Check, value: unknown, refuse: Refuse): unknown {
  const result = check(value);
  return result instanceof Promise ? result.then((late) => toValue(late, refuse)) : toValue(result, refuse);
}

function toValue(result: Checked, refuse: Refuse): unknown {
  return "problems" in result ? refuse(result.problems) : result.value;
}
