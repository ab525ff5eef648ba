import { defineScore, input, shell, text } from "maestro-ts";
import { z } from "zod";

const brief = input(z.object({ range: z.string() }));
const log = shell({
  script: text`git log --oneline ${brief.range} | head -n 20`,
  timeout: "10s",
});

export default defineScore({ id: "history", input: brief, nodes: { log }, output: log.output.stdout });
