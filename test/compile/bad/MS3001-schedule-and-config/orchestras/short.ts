import { defineOrchestra } from "maestro-ts";
import letters from "../scores/letters.ts";

const schedule = { cron: "0 9 * *", timezone: "Europe/Berlin" };
export default defineOrchestra({ id: "short", plays: letters, input: {}, schedule });
