/** Monday morning: the run fails when a link in this folder's Markdown is broken, the web included. */
import { defineOrchestra } from "maestro-ts";
import linkCheck from "../scores/link-check.ts";

export default defineOrchestra({
  id: "weekly-links",
  name: "Broken links, weekly",
  plays: linkCheck,
  input: { http: true, strict: true },
  schedule: { cron: "0 7 * * 1", timezone: "Etc/UTC" },
});
