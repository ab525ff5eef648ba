// Every line with a cross is a mistake: TypeScript has to report one error for it, with this code, at this text.
import { z } from "zod";
import { branch, defineOrchestra, defineScore, defineTask, derive, eq, gte, input, map, oneOf, switchOn, task, text } from "../../../src/index.ts";
import good, { findLeads } from "../good.ts";

const brief = input(z.object({ profile: z.string(), n: z.number() }));
const found = task(findLeads, { input: { profile: brief.profile } });
const kind = switchOn(found.output.kind);

export const wrongLiteral = task(findLeads, { input: { profile: 5 } }); // ✗ profile 2322
export const wrongReference = task(findLeads, { input: { profile: brief.n } }); // ✗ profile 2322
export const misspeltField = task(findLeads, { input: { profile: found.output.knd } }); // ✗ knd 2551
export const missingInput = task(findLeads, { input: { max: 5 } }); // ✗ input 2741
export const extraInput = task(findLeads, { input: { profile: "x", extra: 5 } }); // ✗ extra 2353
export const misspeltInput = task(findLeads, { input: { profile: "x", mx: 5 } }); // ✗ mx 2353
export const wrongItem = task(findLeads, { input: { profile: "x", tags: [brief.n] } }); // ✗ brief 2322
export const optionalIntoRequired = task(findLeads, { input: { profile: found.output.note } }); // ✗ profile 2322
export const nodeForItsOutput = task(findLeads, { input: { profile: found } }); // ✗ profile 2322
export const wrongOperand = branch(gte(found.output.quality, "high")); // ✗ "high" 2345
export const wrongUnionOperand = branch(eq(found.output.kind, "nope")); // ✗ "nope" 2345
export const unorderedOperand = branch(gte(found.output.leads, 3)); // ✗ found.output.leads 2345
export const unknownCase = task(findLeads, { when: kind.is("refnd"), input: { profile: "x" } }); // ✗ "refnd" 2345
export const noCase = task(findLeads, { when: kind.is(), input: { profile: "x" } }); // ✗ is 2555
export const guardThatIsNone = task(findLeads, { when: found.output.quality, input: { profile: "x" } }); // ✗ when 2741
export const comparedReference = found.output.kind === "refund"; // ✗ found.output.kind 2367
export const referenceAsString: string = found.output.kind; // ✗ referenceAsString 2322
export const calledReference = found.output.kind.toUpperCase(); // ✗ toUpperCase 2339
export const wrongDuration = task(findLeads, { input: { profile: "x" }, timeout: "5 minutes" }); // ✗ timeout 2322
export const wrongRetry = task(findLeads, { input: { profile: "x" }, retry: "always" }); // ✗ retry 2322
export const noAttempts = task(findLeads, { input: { profile: "x" }, retry: { backoff: "1s" } }); // ✗ retry 2322
export const wrongAfter = task(findLeads, { input: { profile: "x" }, after: [found.output] }); // ✗ found 2322
export const misspeltOption = task(findLeads, { input: { profile: "x" }, timout: "5s" }); // ✗ timout 2561
export const overNoList = map({ over: brief.profile, maxItems: 3, each: () => found }); // ✗ over 2322
export const noMaxItems = map({ over: found.output.leads, each: () => found }); // ✗ { over 2345
export const eachWithoutNode = map({ over: found.output.leads, maxItems: 3, each: (lead) => lead.name }); // ✗ lead.name 2322
export const wrongItemField = map({ over: found.output.leads, maxItems: 3, each: (lead) => task(findLeads, { input: { profile: lead.nam } }) }); // ✗ nam 2551
export const wrongDerive = derive([found.output.quality], (quality) => quality.length); // ✗ length 2339
export const wrongInlineInput = task({ input: { q: found.output.quality }, output: z.number(), run: ({ input }) => input.q.length }); // ✗ length 2339
export const wrongInlineOutput = task({ input: { q: found.output.quality }, output: z.number(), run: () => "s" }); // ✗ "s" 2322
export const listInText = text`${found.output.leads}`; // ✗ found.output.leads 2345
export const oneOfLiterals = oneOf("a", found.output.note); // ✗ "a" 2345
export const usedTooEarly = task(findLeads, { input: { profile: declaredLater.output.kind } }); // ✗ declaredLater 2448
const declaredLater = task(findLeads, { input: { profile: "x" } });
export const noNode = defineScore({ id: "bad", nodes: { found, f: 1 } }); // ✗ f 2322
export const undeclaredNode = defineScore({ id: "bad", nodes: { found, later } }); // ✗ later 18004
export const wrongTaskOutput = defineTask({ id: "t", input: z.object({}), output: z.object({ n: z.number() }), run: async () => ({ n: "x" }) }); // ✗ ({ n: "x" }) 2322
export const misspeltOrchestraInput = defineOrchestra({ id: "y", plays: good, input: { profil: "x" } }); // ✗ profil 2561
export const wrongOrchestraInput = defineOrchestra({ id: "y", plays: good, input: { profile: 3 } }); // ✗ profile 2322
export const noInput = defineOrchestra({ id: "y", plays: good, input: {} }); // ✗ input 2741
export const nowhere = defineOrchestra({ id: "y", plays: good, input: { profile: "x" }, schedule: { cron: "0 9 * * *" } }); // ✗ schedule 2741
