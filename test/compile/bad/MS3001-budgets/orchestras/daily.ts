import { defineOrchestra } from "maestro-ts";
import letters from "../scores/letters.ts";

export default defineOrchestra({ id: "daily", plays: letters, input: {}, budget: 5 as never });
