import { defineOrchestra } from "maestro-ts";
import leads from "../scores/leads.ts";

export default defineOrchestra({
  id: "weekdays",
  plays: leads,
  input: {},
});
