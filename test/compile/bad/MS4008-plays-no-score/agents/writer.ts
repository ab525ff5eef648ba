import { defineAgent } from "maestro-ts";
import { z } from "zod";

export default defineAgent({ id: "writer", model: "a/b", instructions: "Write.", input: z.object({}), output: z.object({}) });
