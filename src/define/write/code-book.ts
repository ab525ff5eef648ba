import type { AgentCode, AgentPlan, Check, Code, TaskCode } from "../../plan/index.ts";
import type { AgentRecord } from "../define-agent.ts";
import type { ScoreRecord } from "../define-score.ts";
import { idText } from "../describe.ts";

/** What JSON cannot carry of a score, gathered while its plan is written. Each `add` gives the index or key that the plan holds. */
export class CodeBook {
  /** The scores that nodes play, by id. */
  readonly scores = new Map<string, ScoreRecord>();
  readonly #tasks: TaskCode[] = [];
  readonly #derives: Code["derives"][number][] = [];
  readonly #checks: (Check | undefined)[] = [];
  readonly #agents = new Map<AgentRecord, { readonly plan: AgentPlan; readonly code: AgentCode }>();

  addTask(task: TaskCode): number {
    return this.#tasks.push(task) - 1;
  }

  addDerive(compute: Code["derives"][number]): number {
    return this.#derives.push(compute) - 1;
  }

  addCheck(check: Check | undefined): number {
    return this.#checks.push(check) - 1;
  }

  addScore(score: ScoreRecord): string {
    const id = idText(score.id);
    this.scores.set(id, score);
    return id;
  }

  /** Writes the agent once, however many nodes use it. */
  addAgent(
    agent: AgentRecord,
    write: () => { readonly plan: Omit<AgentPlan, "code">; readonly code: AgentCode },
  ): string {
    if (!this.#agents.has(agent)) {
      const { plan, code } = write();
      this.#agents.set(agent, { plan: { ...plan, code: this.#agents.size }, code });
    }
    return idText(agent.id);
  }

  /** The agents that nodes and gates use, as their authors wrote them. */
  usedAgents(): AgentRecord[] {
    return [...this.#agents.keys()];
  }

  /** The plan's `agents`; `undefined` when there are none. */
  agents(): Readonly<Record<string, AgentPlan>> | undefined {
    if (this.#agents.size === 0) return undefined;
    return Object.fromEntries([...this.#agents].map(([{ id }, { plan }]) => [idText(id), plan]));
  }

  toCode(checkInput: Check | undefined): Code {
    return {
      checkInput,
      tasks: this.#tasks,
      derives: this.#derives,
      agents: [...this.#agents.values()].map(({ code }) => code),
      checks: this.#checks,
    };
  }
}
