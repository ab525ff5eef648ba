import { defineScore, http, input, map, score } from "maestro-ts";
import { z } from "zod";
import build from "./build.ts";

const given = input(z.object({ ids: z.array(z.string()).max(5) }));
const each = map({
  over: given.ids,
  maxItems: 5,
  each: () => http({ url: "https://crm.example.com/", response: z.string(), resources: { licence: 1 } }),
});
const played = score(build, { input: {}, resources: { cpu: 1 }, tags: ["nightly"] });

export default defineScore({ id: "outside", input: given, nodes: { each, played }, output: each.output, tags: ["nightly"] });
