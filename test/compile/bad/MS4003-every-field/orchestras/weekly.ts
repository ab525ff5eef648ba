import { defineOrchestra } from "maestro-ts";
import letters from "../scores/letters.ts";

export default defineOrchestra({
  id: "weekly",
  plays: letters,
  input: { leads: [{ mail: "a@b.example" }, { mail: "nobody" }], max: 21 } as never,
});
