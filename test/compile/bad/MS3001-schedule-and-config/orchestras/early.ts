import { defineOrchestra } from "maestro-ts";
import letters from "../scores/letters.ts";

export default defineOrchestra({ id: "early", plays: letters, input: {}, schedule: { cron: "0 25 * * mon", timezone: "Europe/Bärlin" } });
