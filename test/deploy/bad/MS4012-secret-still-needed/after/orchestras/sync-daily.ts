import { defineOrchestra } from "maestro-ts";
import score from "../scores/sync.ts";

export default defineOrchestra({
  id: "sync-daily",
  plays: score,
  input: {},
});
