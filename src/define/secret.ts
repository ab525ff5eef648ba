import type { SecretRoot } from "./record.ts";
import { type Ref, refTo } from "./ref.ts";

/**
 * A secret by its name. It is opened where the step is performed and stored nowhere, so it can go into the headers, the
 * query and the body of `http` and the environment and the input of `shell`, also inside a `text`, and nowhere else.
 * Tasks name theirs in `defineTask({ secrets })`.
 * @example
 * http({ url: "https://crm.example.com/leads", headers: { authorization: text`Bearer ${secret("CRM_KEY")}` } })
 */
export function secret(name: string): Ref<string> {
  const root: SecretRoot = { is: "secret", label: `secret(${JSON.stringify(name)})`, name };
  return refTo(root) as Ref<string>;
}
