import { defineScore, http, shell } from "maestro-ts";
import { z } from "zod";

const url = "https://crm.example.com/orders";
const response = z.object({ id: z.string() });
const retry = { attempts: 3 };

const posted = http({ method: "POST", url, response, retry: { attempts: 3 } });
const patched = http({ method: "PATCH", url, response, retry });
const pushed = shell({ command: ["git", "push"], retry: { attempts: 2 } });
const once = http({ method: "POST", url, response, retry: { attempts: 1 } });
const never = shell({ command: ["git", "push"], retry: "never" });
const keyed = http({ method: "POST", url, response, retry, idempotencyHeader: "Idempotency-Key" });
const safe = shell({ command: ["git", "fetch"], retry, idempotent: true });
const put = http({ method: "PUT", url, response, retry });
const got = http({ url, response, retry });

export default defineScore({ id: "orders", nodes: { posted, patched, pushed, once, never, keyed, safe, put, got }, output: got.output });
