/** The thread in which routing policies of the configuration's own are asked. Nothing of it is the owner's. */
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import type { Candidate, Situation } from "../../plan/index.ts";

/** What is asked, and what comes back. */
export interface Question {
  readonly id: number;
  readonly policy: string;
  readonly candidates: readonly Candidate[];
  readonly situation: Situation;
}
export type Reply =
  | { readonly id: number; readonly given: unknown }
  | { readonly id: number; readonly problem: string };

type Policies = Readonly<Record<string, (candidates: unknown, situation: unknown) => unknown>>;

const { codeFile } = workerData as { readonly codeFile: string };
const loading = import(pathToFileURL(codeFile).href) as Promise<{
  readonly default: { readonly routing?: { readonly policies?: Policies } };
}>;

parentPort!.on("message", async ({ id, policy, candidates, situation }: Question) => {
  let reply: Reply;
  try {
    const { policies = {} } = (await loading).default.routing ?? {};
    if (!Object.hasOwn(policies, policy)) throw new Error("there is no policy of that name");
    reply = { id, given: await policies[policy]!(candidates, situation) };
  } catch (error) {
    reply = { id, problem: error instanceof Error ? error.message : String(error) };
  }
  try {
    parentPort!.postMessage(reply);
  } catch {
    // A function, say, cannot be passed on.
    parentPort!.postMessage({ id, given: undefined } satisfies Reply);
  }
});
