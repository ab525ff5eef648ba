import { checkpoint, defineScore } from "maestro-ts";
import { z } from "zod";

const decision = z.object({ send: z.boolean() });
const options = { title: "Send?", decision };

const forEver = checkpoint({ title: "Send?", decision, timeout: "never", onTimeout: "reject" });
// From JavaScript, where nothing is required.
const nothing = checkpoint(options as never);
const noEnd = checkpoint({ ...options, timeout: "24h" } as never);
// Somebody is asked, or it ends.
const asked = checkpoint({ title: "Send?", decision, timeout: "never", onTimeout: "reject", assignee: "sales" });
const ends = checkpoint({ title: "Send?", decision, timeout: "24h", onTimeout: { decide: { send: false } } });

export default defineScore({ id: "review", nodes: { forEver, nothing, noEnd, asked, ends } });
