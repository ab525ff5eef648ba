import type { CompiledOrchestra } from "../compilation.ts";
import type { RuleContext } from "./index.ts";

/**
 * MS4011: orchestras that wait for each other's runs, so that one run begins them for ever. MS4013: an orchestra whose runs
 * another one waits for, and which is defined in no file of its own: it is never deployed, so it never has any.
 */
export function triggerCircle({ orchestras, isWhole, report }: RuleContext): void {
  const byId = new Map(orchestras.map((one) => [one.id, one]));
  const told = new Set<string>();
  for (const orchestra of [...orchestras].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const { id, plan, sites } = orchestra;
    for (const [i, trigger] of (plan?.on ?? []).entries()) {
      if (trigger.is !== "runOf") continue;
      const path = plan!.on!.length > 1 ? ["on", i] : ["on"];
      if (!byId.has(trigger.orchestra)) {
        if (!isWhole) continue;
        report({
          code: "MS4013",
          facts: { orchestra: id, other: trigger.orchestra },
          sites,
          path,
          subject: id,
        });
      }
    }
    if (told.has(id)) continue;
    const circle = circleThrough(id, byId);
    if (!circle) continue;
    for (const one of circle) told.add(one);
    const others = circle
      .slice(1)
      .map((one) => ({ sites: byId.get(one)!.sites, path: ["on"], label: `"${one}" waits here` }));
    report({ code: "MS4011", facts: { orchestras: circle }, sites, path: ["on"], others, subject: id });
  }
}

/**
 * The shortest way from an orchestra back to itself, by what each waits for. One that waits for failures alone ends when there
 * are no more.
 */
function circleThrough(id: string, byId: ReadonlyMap<string, CompiledOrchestra>): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const open = [id];
  for (const at of open) {
    for (const trigger of byId.get(at)?.plan?.on ?? []) {
      if (trigger.is !== "runOf" || !trigger.status.includes("completed")) continue;
      const next = trigger.orchestra;
      if (next === id) {
        const circle = [at];
        while (circle[0] !== id) circle.unshift(cameFrom.get(circle[0]!)!);
        return circle;
      }
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, at);
      open.push(next);
    }
  }
  return undefined;
}
