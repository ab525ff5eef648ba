import type { HttpMethod } from "../plan/index.ts";
import type { Node } from "./node.ts";
import type { Caching, Policies } from "./policy.ts";
import { recordNode, toHandle } from "./record.ts";
import type { Bind, Ref } from "./ref.ts";
import type { Schema } from "./schema.ts";

type Parameter = string | number | boolean | Ref<string | number | boolean | undefined>;

/**
 * A request over HTTP. An answer outside 200 to 299 fails the attempt; what it gives is the answer's body, read as JSON
 * and checked against `response`: as text when it is none, `null` when it is empty. It may have 10 MB, and be silent for
 * 30 s, or for the node's `timeout` when that is longer. Up to 5 redirects are followed.
 * Hosts have to be allowed in the configuration: `http: { allowHosts: ["crm.example.com"] }`.
 * @example
 * const leads = http({
 *   url: "https://crm.example.com/leads",
 *   query: { profile: brief.profile },
 *   headers: { authorization: text`Bearer ${secret("CRM_KEY")}` },
 *   response: z.object({ leads: z.array(Lead) }),
 *   retry: { attempts: 3 },
 *   timeout: "30s",
 * });
 */
export function http<OI, OO>(
  options: {
    /** Default `"GET"`. */
    readonly method?: HttpMethod;
    readonly url: string | Ref<string>;
    readonly query?: Readonly<Record<string, Parameter>>;
    readonly headers?: Readonly<Record<string, Parameter>>;
    /** Sent as JSON; a string is sent as it is. */
    readonly body?: Bind<unknown>;
    /** Schema of the answer's body. */
    readonly response: Schema<OO, OI>;
    /** The header that carries the step's idempotency key, the same for every attempt: `"Idempotency-Key"`. */
    readonly idempotencyHeader?: string;
    /** Sending it twice does what sending it once does, so repeating it is safe. */
    readonly idempotent?: true;
    /** What screens call this node's work. */
    readonly label?: string;
  } & Caching &
    Policies<NoInfer<OO>>,
): Node<OO> {
  return toHandle(recordNode("http", http, { options })) as Node<OO>;
}
