import type { HttpMethod } from "../../plan/index.ts";

/** A request as it is sent to one host. */
export interface HttpRequest {
  readonly method: HttpMethod;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
  /** The headers that only the first origin is shown. */
  readonly privateHeaders: ReadonlySet<string>;
  readonly hasPrivateBody: boolean;
}
