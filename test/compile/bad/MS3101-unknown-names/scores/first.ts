import { artifact, defineScore, task } from "maestro-ts";
import { z } from "zod";
import { judge } from "./lib/judge.ts";

const written = task({ output: z.string(), run: () => "text" });
const kept = artifact({ name: "letter", value: written.output, gates: [{ by: judge, min: 0.5, onFail: "fail" }] });

export default defineScore({ id: "first", nodes: { written, kept } });
