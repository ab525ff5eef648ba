import { defineScore } from "maestro-ts";

export default defineScore({ id: "none", titel: "Has no nodes", nodes: {} } as never);
