import { defineOrchestra } from "maestro-ts";
import excess from "../scores/excess.ts";

export default defineOrchestra({ id: "daily", plays: excess, input: { profile: "x", loud: true } });
