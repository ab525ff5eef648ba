import { defineOrchestra } from "maestro-ts";
import letters from "../scores/letters.ts";

export default defineOrchestra({
  id: "weekly",
  plays: letters,
  input: { profile: "founders", max: 50 },
});
