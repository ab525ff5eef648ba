import { defineSkill, defineTool } from "maestro-ts";
import { z } from "zod";

const look = defineTool({ name: "look", description: "Looks", input: z.object({}), timeout: "soon" as "1s", run: () => 1 });

export const odd = defineSkill({ id: "1 skill", instructions: " ", tools: [look, look, 3 as never], tool: [] } as never);
export const other = defineSkill({ id: "other", instructions: "Key: sk-proj-Zq3vT8mX1cR7bN5kL2pW9yH4dF6gJ0sA", tools: ["docs/search", "look"] });
export const none = defineSkill({ id: "none", instructions: 3 as never, tools: "docs/search" as never });
