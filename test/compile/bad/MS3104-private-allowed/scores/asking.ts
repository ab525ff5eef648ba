import { defineScore, http } from "maestro-ts";
import { z } from "zod";

const response = z.object({ id: z.string() });
const listed = http({ url: "http://localhost:3000/leads", response });
const other = http({ url: "http://10.0.0.7/leads", response });

export default defineScore({ id: "asking", nodes: { listed, other }, output: [listed.output, other.output] as never });
