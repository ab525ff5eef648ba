export const hello = `/** Greets somebody, and louder when asked to. */
import { branch, defineScore, eq, input, oneOf, task } from "maestro-ts";
import { z } from "zod";
import { greet, shout } from "./lib/greeting.ts";

const who = input(
  z.object({
    name: z.string().min(1).default("world").describe("Whom to greet"),
    loud: z.boolean().default(false).describe("Shout it"),
  }),
);

const greeting = task(greet, { input: { name: who.name } });
const loud = branch(eq(who.loud, true));
const shouted = task(shout, { when: loud.yes, input: { text: greeting.output.text } });

export default defineScore({
  id: "hello",
  title: "Greets somebody",
  input: who,
  nodes: { greeting, loud, shouted },
  output: { greeting: oneOf(shouted.output.text, greeting.output.text) },
});
`;

export const helloLib = `import { defineTask } from "maestro-ts";
import { z } from "zod";

const Text = z.object({ text: z.string() });

/** A task is ordinary code: it is typed by its schemas, and a test may call its function. */
export const greet = defineTask({
  id: "greet",
  input: z.object({ name: z.string() }),
  output: Text,
  run: ({ input, log }) => {
    log(\`greeting \${input.name}\`);
    return { text: \`Hello, \${input.name}!\` };
  },
});

export const shout = defineTask({
  id: "shout",
  input: Text,
  output: Text,
  run: ({ input }) => ({ text: input.text.toUpperCase() }),
});
`;

export const agent = `/** Writes the message of a commit from its diff. */
import { defineAgent } from "maestro-ts";
import { z } from "zod";

export default defineAgent({
  id: "commit-writer",
  model: "anthropic/claude-sonnet",
  instructions: ({ language }) =>
    [
      "You write the message of one git commit from its diff.",
      \`Write it in \${language}. The subject is an order ("Add", not "Added"), at most 72 characters, with no full stop.\`,
      "The body says why the change was made, as far as the diff shows it; leave it empty when the subject says it all.",
      "Name every change of behaviour that a user of this code has to know. Invent nothing.",
    ].join("\\n"),
  input: z.object({
    diff: z.string().min(1),
    language: z.string().default("English"),
  }),
  output: z.object({
    subject: z.string().max(72),
    body: z.string(),
    /** A user has to change something when this is true. */
    breaking: z.boolean(),
  }),
  maxTokens: 2_000,
  timeout: "2m",
});
`;

export const orchestra = `/** Weekday mornings: a loud hello to the team. */
import { defineOrchestra } from "maestro-ts";
import hello from "../scores/hello.ts";

export default defineOrchestra({
  id: "hello-weekdays",
  name: "Hello, weekdays",
  plays: hello,
  input: { name: "team", loud: true },
  schedule: { cron: "0 9 * * 1-5", timezone: "Etc/UTC" },
});
`;
