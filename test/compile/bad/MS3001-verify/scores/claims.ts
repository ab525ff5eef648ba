import { defineScore, fileExists, holds, task, urlAnswers } from "maestro-ts";
import { z } from "zod";

const output = z.object({ path: z.string(), link: z.string() });
const run = () => ({ path: "a.md", link: "https://example.com/a" });
const done = task({ output, run, verify: fileExists("a.md") as never });
const said = task({ output, run, verify: (() => "out/a.md") as never });
const none = task({ output, run, verify: (() => []) as never });
const numbered = task({ output, run, verify: () => fileExists(7 as never) });
const elsewhere = task({ output, run, verify: (own) => urlAnswers(own.link) });
const checked = task({ output, run, verify: () => holds("written" as never) });
const misspelt = task({ output, run, verify: (own) => fileExists((own as never as { file: string }).file) });

export default defineScore({
  id: "claims",
  nodes: { done, said, none, numbered, elsewhere, checked, misspelt },
  output: { all: [done.output.path, said.output.path] },
});
