import { defineScore } from "maestro-ts";

export default defineScore({ id: "empty", nodes: {} });
