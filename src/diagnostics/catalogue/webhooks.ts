import { entry } from "../entry.ts";

/** What keeps an orchestra from being played on a call from outside. */
export const webhooks = {
  MR2051: entry<{ orchestra: string; from: string; reason: string }>({
    name: "webhook-key-unusable",
    severity: "error",
    why: "Without its key nobody can tell who has sent a call: every one is refused, and its sender asked to send it again later.",
    message: ({ orchestra, from, reason }) =>
      `The key ${from} of the webhook of orchestra "${orchestra}" cannot be used: ${reason}.`,
    hint: () => 'a key is "whsec_" and the base64 of 24 to 64 random bytes; the sender has the same',
  }),
};
