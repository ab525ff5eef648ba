import { defineOrchestra, runOf } from "maestro-ts";
import report from "../scores/report.ts";
import nightly from "./nightly.ts";

export default defineOrchestra({
  id: "reports",
  plays: report,
  input: {},
  on: runOf(nightly, { status: "completed", into: "imported" }),
});
