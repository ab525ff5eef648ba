import { defineOrchestra } from "maestro-ts";
import writer from "../agents/writer.ts";

export default defineOrchestra({ id: "weekly", plays: writer as never, input: {} as never });
