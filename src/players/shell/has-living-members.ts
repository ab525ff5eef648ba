import { readdirSync, readFileSync } from "node:fs";

/**
 * Is anybody of a process group, which exists, still alive? Where the first process of a container waits for nobody,
 * those whose parent ended before them stay in the group for ever, dead. What the system does not tell counts as alive.
 */
export function hasLivingMembers(group: number): boolean {
  let processes: string[];
  try {
    processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return true;
  }
  return processes.length === 0 || processes.some((id) => isLivingMember(id, group));
}

function isLivingMember(id: string, group: number): boolean {
  try {
    const text = readFileSync(`/proc/${id}/stat`, "latin1");
    // Its name stands in brackets and may hold any character, so what follows begins after the last one.
    const [state, , ofGroup] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return Number(ofGroup) === group && state !== "Z" && state !== "X";
  } catch {
    return false;
  }
}
