import { artifact, defineScore, task } from "maestro-ts";
import { z } from "zod";

const draft = task({ output: z.string(), run: () => "Dear Ada" });
const letter = artifact({ name: "letter", value: draft.output });
const copy = artifact({ name: "letter", value: draft.output });

export default defineScore({ id: "letters", nodes: { draft, letter, copy }, output: [letter.output, copy.output] });
