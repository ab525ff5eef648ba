import { defineSkill, defineTool } from "maestro-ts";
import { z } from "zod";

const inBooks = defineTool({ name: "search", description: "Searches books", input: z.object({}), run: () => 1 });
const onShelves = defineTool({ name: "search", description: "Searches shelves", input: z.object({}), run: () => 2 });

export const reading = defineSkill({ id: "reading", instructions: "Read before you write.", tools: [inBooks] });
export const finding = defineSkill({ id: "finding", instructions: "Say where it stands.", tools: [onShelves] });
