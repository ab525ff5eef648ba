import { entry } from "../entry.ts";

/** What keeps an orchestra from being played on a call from outside. */
export const webhooks = {
  MR2046: entry<{ orchestra: string; status: number; reason: string }>({
    name: "call-refused",
    severity: "error",
    why: "A call that is refused begins no run. Its sender is told why, and what is so for this one is so for every other.",
    message: ({ orchestra, status, reason }) =>
      `The call of orchestra "${orchestra}" was refused with ${status}: ${reason}.`,
    hint: ({ orchestra }) => `its last calls, with what became of each: maestro orchestras show ${orchestra}`,
  }),
  MR2051: entry<{ orchestra: string; from: string; reason: string }>({
    name: "webhook-key-unusable",
    severity: "error",
    why: "Without its key nobody can tell who has sent a call: every one is refused, and its sender asked to send it again later.",
    message: ({ orchestra, from, reason }) =>
      `The key ${from} of the webhook of orchestra "${orchestra}" cannot be used: ${reason}.`,
    hint: () => 'a key is "whsec_" and the base64 of 24 to 64 random bytes; the sender has the same',
  }),
  MR2052: entry<{ orchestra: string; reason: string }>({
    name: "no-calls-received",
    severity: "error",
    why: "Calls are received by the orchestrator, at the port that the configuration names, for orchestras that say `on: webhook(…)`.",
    message: ({ orchestra, reason }) => `Orchestra "${orchestra}" cannot be called: ${reason}.`,
    hint: () =>
      "it takes on: webhook(…) in its file, orchestrator: { port: 9464 } in maestro.config.ts, and maestro start",
  }),
};
