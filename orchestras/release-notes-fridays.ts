/** Friday afternoon: what has changed since the last tag. */
import { defineOrchestra } from "maestro-ts";
import releaseNotes from "../scores/release-notes.ts";

export default defineOrchestra({
  id: "release-notes-fridays",
  name: "Release notes, Fridays",
  plays: releaseNotes,
  input: { out: ".maestro/release-notes.md" },
  schedule: { cron: "0 15 * * 5", timezone: "Europe/Berlin" },
});
