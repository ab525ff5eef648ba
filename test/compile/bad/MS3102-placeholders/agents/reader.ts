import { defineAgent } from "maestro-ts";
import { z } from "zod";

export default defineAgent({
  id: "reader",
  model: "anthropic/claude-sonnet",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is the mistake
  instructions: "You read ${input.title} and {{nothing}}. In a shell, ${HOME} is the user's folder.",
  input: z.object({ title: z.string() }),
  output: z.object({ text: z.string() }),
  maxTokens: 500,
});
