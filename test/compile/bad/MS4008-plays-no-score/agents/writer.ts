import { defineAgent } from "maestro-ts";
import { z } from "zod";

export default defineAgent({ id: "writer", model: "anthropic/claude-sonnet", instructions: "Write.", input: z.object({}), output: z.object({}), maxTokens: 500 });
