import { defineOrchestra, env } from "maestro-ts";
import outer from "../scores/outer.ts";

export default defineOrchestra({
  id: "half",
  plays: outer,
  input: {},
  secrets: { CRM_KY: env("CRM_KEY"), LEDGER_KEY: env("LEDGER") },
});
