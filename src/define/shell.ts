import type { Node } from "./node.ts";
import type { Caching, Policies } from "./policy.ts";
import { recordNode, toHandle } from "./record.ts";
import type { Ref } from "./ref.ts";

type Text = string | Ref<string>;

/** What a program left behind. Of a stream beyond 1 MB its first and its last 512 KB are kept. */
export interface ShellResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Program =
  | {
      /** The program and its arguments. Nothing in them is read by a shell. */
      readonly command: readonly [Text, ...(Text | Ref<number>)[]];
      readonly script?: never;
    }
  | {
      /** Text for `/bin/sh -c`. Pass values through `env`: what stands in the text is read by the shell. */
      readonly script: Text;
      readonly command?: never;
    };

/**
 * Runs a program. An exit code other than 0 fails the attempt. What it started and left behind is ended with it.
 * @example
 * const log = shell({ command: ["git", "log", "--oneline", range.output], timeout: "30s" });
 */
export function shell(
  options: Program & {
    /**
     * Where it runs, from the workspace's folder, which is the default. A text written here may lead anywhere; one that
     * is computed has to stay inside the workspace.
     */
    readonly cwd?: Text;
    /** Variables besides `PATH`, `HOME`, `LANG`, `LC_ALL`, `TZ` and `TMPDIR`; nothing else is passed on. */
    readonly env?: Readonly<Record<string, Text>>;
    /** What it reads on its standard input; nothing by default. */
    readonly stdin?: Text;
    /** Running it twice does what running it once does, so repeating it is safe. */
    readonly idempotent?: true;
    /** What screens call this node's work. */
    readonly label?: string;
  } & Caching &
    Policies<ShellResult>,
): Node<ShellResult> {
  return toHandle(recordNode("shell", shell, { options })) as Node<ShellResult>;
}
