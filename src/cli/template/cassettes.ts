/**
 * What a run of `scores/commit-message.ts` asked and was told: `maestro test` plays it again without the model. The hashes
 * are those of the agent's instructions, its output and what was said; the model is no part of them.
 */
export function commitMessageCassette(model: string): object {
  const diff = "diff --git a/clock.ts b/clock.ts\n-  return 24;\n+  return 0;\n";
  const [subject, body] = ["Show midnight as 0", "The hour after 23 was printed as 24."];
  return {
    maestro: "cassette",
    version: 1,
    score: "commit-message",
    input: { diff },
    ended: { output: { subject, body } },
    calls: [
      {
        step: "message",
        agent: "commit-writer",
        model,
        asked: {
          instructions: "19c960562c9f",
          output: "14454c6a9b6a",
          tools: "4f53cda18c2b",
          said: "933cd80bcfad",
        },
        input: { diff, language: "English" },
        says: { subject, body, breaking: false },
        finish: "stop",
        tokens: { input: 310, output: 40, cached: 0, reasoning: 0 },
      },
    ],
  };
}

/** The same of `scores/invitations.ts`, with what a person decided. */
export const invitationsCassette = {
  maestro: "cassette",
  version: 1,
  score: "invitations",
  input: { guests: ["Ada", "Grace"], day: "Friday" },
  ended: { output: {} },
  decisions: { review: { send: true } },
  calls: [],
};
