import type { Duration } from "../support/duration.ts";
import type { Node } from "./node.ts";
import type { Order } from "./policy.ts";
import { recordNode, toHandle } from "./record.ts";
import type { Ref } from "./ref.ts";

type Moment =
  | { /** How long. */ readonly for: Duration; readonly until?: never }
  | {
      /** An instant, ISO 8601 with its offset; one that has passed ends the wait at once. */ readonly until:
        | string
        | Ref<string>;
      readonly for?: never;
    };

/**
 * Waits, for days if need be; a restart does not begin it again. What it gives is the instant at which it ended, ISO 8601.
 * @example
 * const pause = wait({ for: "2h", after: [sent] });
 */
export function wait(options: Moment & Order): Node<string> {
  return toHandle(recordNode("wait", wait, { options })) as Node<string>;
}
