import { engineFaults } from "./engine-faults.ts";
import type { Fault } from "./fault.ts";
import { storeFaults } from "./store-faults.ts";

export const allFaults: readonly Fault[] = [...engineFaults, ...storeFaults];
