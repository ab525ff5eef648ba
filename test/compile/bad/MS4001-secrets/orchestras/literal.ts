import { defineOrchestra, env } from "maestro-ts";
import inner from "../scores/inner.ts";

export default defineOrchestra({
  id: "literal",
  plays: inner,
  input: {},
  secrets: { CRM_KEY: "a value that nobody may see" as never, LEDGER_KEY: env("") },
});
