import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { guardedFetch } from "./guarded-fetch.ts";
import { TOO_LARGE } from "./message-limit.ts";

interface Address {
  /** By whose name it is known. */
  readonly server: string;
  readonly url: string;
  /** What every request says. */
  readonly headers: Readonly<Record<string, string>>;
  readonly allowPrivate: boolean;
}

/** Speaks to a server at an address, and leaves one that sends too much: the library would wait until the time is over. */
export class AddressTransport extends StreamableHTTPClientTransport {
  /** Why it was left; undefined while it was not. */
  ended: string | undefined;

  constructor({ server, url, headers, allowPrivate }: Address) {
    const leave = { onTooLarge: () => {} };
    super(new URL(url), {
      fetch: guardedFetch(server, { allowPrivate, onTooLarge: () => leave.onTooLarge() }) as never,
      requestInit: { headers },
      reconnectionOptions: {
        maxRetries: 1,
        initialReconnectionDelay: 500,
        maxReconnectionDelay: 2_000,
        reconnectionDelayGrowFactor: 2,
      },
    });
    leave.onTooLarge = () => {
      this.ended = TOO_LARGE;
      void this.close();
    };
  }
}
