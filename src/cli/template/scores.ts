export const commitMessage = `/** Asks a model for the message of a commit. Without a key: maestro run commit-message --rehearse --input diff=… */
import { agent, defineScore, input } from "maestro-ts";
import { z } from "zod";
import commitWriter from "../agents/commit-writer.ts";

const change = input(
  z.object({
    diff: z.string().min(1).describe("What git diff prints"),
  }),
);

const message = agent(commitWriter, { input: { diff: change.diff } });

export default defineScore({
  id: "commit-message",
  title: "The message of a commit",
  input: change,
  nodes: { message },
  output: { subject: message.output.subject, body: message.output.body },
});
`;

export const invitations = `/** Writes an invitation for each guest, asks whether they are right, and sends them when somebody says so. */
import { branch, checkpoint, defineScore, eq, input, map, task } from "maestro-ts";
import { z } from "zod";
import { invite, send } from "./lib/invitations.ts";

const party = input(
  z.object({
    guests: z.array(z.string().min(1)).min(1).max(50).default(["Ada", "Grace"]).describe("Whom to invite"),
    day: z.string().default("Friday"),
  }),
);

const letters = map({
  over: party.guests,
  maxItems: 50,
  concurrency: 4,
  each: (guest) => task(invite, { input: { guest, day: party.day } }),
});
const review = checkpoint({
  title: "Send these invitations?",
  show: letters.output,
  decision: z.object({ send: z.boolean(), note: z.string().optional() }),
  timeout: "24h",
  onTimeout: "reject",
});
const approved = branch(eq(review.output.send, true));
const sent = task(send, { when: approved.yes, input: { letters: letters.output }, retry: "never" });

export default defineScore({
  id: "invitations",
  title: "Invitations, after somebody has read them",
  input: party,
  nodes: { letters, review, approved, sent },
});
`;

export const invitationsLib = `import { defineTask } from "maestro-ts";
import { z } from "zod";

const Letter = z.object({ to: z.string(), text: z.string() });

export const invite = defineTask({
  id: "invite",
  input: z.object({ guest: z.string(), day: z.string() }),
  output: Letter,
  run: ({ input }) => ({ to: input.guest, text: \`Dear \${input.guest}, come on \${input.day}.\` }),
});

/** Prints them: put what sends them in place of that. */
export const send = defineTask({
  id: "send",
  input: z.object({ letters: z.array(Letter) }),
  output: z.object({ count: z.int() }),
  run: ({ input, log }) => {
    for (const { to, text } of input.letters) log(\`to \${to}: \${text}\`);
    return { count: input.letters.length };
  },
});
`;
