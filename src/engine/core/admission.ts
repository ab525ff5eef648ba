import { Heap } from "./heap.ts";

/** How much is needed of each thing, by its name. */
export type Needs = ReadonlyMap<string, number>;

/** What somebody waits for: as much of `name` as there is, is in use, or promised to those who come `ahead`. */
export interface Shortage {
  readonly is: "resource" | "tag" | "score" | "orchestra" | "slot";
  readonly name: string;
  readonly inUse: number;
  readonly capacity: number;
  /** Are there others who come first? */
  readonly isBehind: boolean;
}

/** Somebody who asked. `O` is what decides between equal priorities: the smaller comes first. */
export interface Ticket<O> {
  readonly needs: Needs;
  readonly priority: number;
  readonly order: O;
  readonly is: "waiting" | "granted" | "over";
  /** Called once, when it is granted or withdrawn; what it does must not ask or give back at once. */
  onSettled: (() => void) | undefined;
}

/** Names of tags and scores begin with what no resource can begin with. */
const TAG = "#";
const SCORE = "@";
const ORCHESTRA = "%";
/** What every run needs that no other one plays. */
export const SLOT = "$";
export const tagName = (tag: string) => `${TAG}${tag}`;
export const orchestraName = (orchestra: string) => `${ORCHESTRA}${orchestra}`;
export const scoreName = (score: string) => `${SCORE}${score}`;

/** So many who asked before it does a step pass by for each point of priority, and no more: nobody waits for ever. */
export const OVERTAKEN_PER_POINT = 1_000;

type IsBefore<O> = (a: Ticket<O>, b: Ticket<O>) => boolean;

/** For steps: by priority, as far as that keeps nobody waiting for ever, then in the order of asking. */
export const fairly: IsBefore<number> = (a, b) => {
  const byRank = a.order - a.priority * OVERTAKEN_PER_POINT - (b.order - b.priority * OVERTAKEN_PER_POINT);
  return byRank === 0 ? a.order < b.order : byRank < 0;
};

/** For runs: by priority, then by their ids, which sort by the time of creation. */
export const strictly: IsBefore<string> = (a, b) =>
  a.priority === b.priority ? a.order < b.order : a.priority > b.priority;

interface Thing<O> {
  capacity: number;
  inUse: number;
  readonly queue: Heap<Held<O>>;
}

type Held<O> = { -readonly [K in keyof Ticket<O>]: Ticket<O>[K] };

/**
 * Decides who may begin when what there is does not do for all. Pure: no I/O, no clock, no promises.
 *
 * - **A1** Of no thing more is in use than there is.
 * - **A2** Who needs several things is given all of them at once, or none: nobody holds one and waits for another.
 * - **A3** Nobody begins before another who asked for one of the same things and comes first. So a large need is not
 *   passed by for ever, though part of what it waits for is free meanwhile.
 * - **A4** Nobody waits for whom A1 and A3 leave room.
 *
 * Work per call is O(things × log waiting).
 */
export class Admission<O> {
  readonly #things = new Map<string, Thing<O>>();
  readonly #isBefore: IsBefore<O>;
  /** How often somebody has asked. */
  asked = 0;

  constructor(isBefore: IsBefore<O>, capacities: Iterable<readonly [string, number]> = []) {
    this.#isBefore = isBefore;
    for (const [name, capacity] of capacities) this.setCapacity(name, capacity);
  }

  /** Things that nobody has named are without limit. */
  setCapacity(name: string, capacity: number): void {
    const thing = this.#things.get(name);
    if (!thing) this.#things.set(name, { capacity, inUse: 0, queue: new Heap(this.#isBefore) });
    else {
      thing.capacity = capacity;
      this.#settle([name]);
    }
  }

  capacityOf(name: string): number | undefined {
    return this.#things.get(name)?.capacity;
  }

  get names(): Iterable<string> {
    return this.#things.keys();
  }

  /** Asks for `needs`; what has no limit is left out of them. Nothing else may be more than there ever is. */
  ask(needs: Needs, { priority, order }: Pick<Ticket<O>, "priority" | "order">): Ticket<O> {
    this.asked++;
    const limited = new Map([...needs].filter(([name]) => this.#things.has(name)));
    const ticket: Held<O> = { needs: limited, priority, order, is: "waiting", onSettled: undefined };
    for (const name of limited.keys()) this.#things.get(name)!.queue.push(ticket);
    if (limited.size === 0) ticket.is = "granted";
    else this.#settle(limited.keys());
    return ticket;
  }

  /** Ends what was granted, or withdraws who waits. Once is enough: more does nothing. */
  giveBack(ticket: Ticket<O>): void {
    const held = ticket as Held<O>;
    const was = held.is;
    if (was === "over") return;
    held.is = "over";
    if (was === "granted") for (const [name, count] of held.needs) this.#things.get(name)!.inUse -= count;
    this.#settle(held.needs.keys());
    if (was === "waiting") tell(held);
  }

  /** What `ticket` waits for. */
  shortagesOf(ticket: Ticket<O>): readonly Shortage[] {
    if (ticket.is !== "waiting") return [];
    return [...ticket.needs].flatMap(([name, count]): Shortage[] => {
      const { inUse, capacity, queue } = this.#things.get(name)!;
      const isBehind = this.#firstOf(queue) !== ticket;
      return isBehind || inUse + count > capacity ? [{ ...toNamed(name), inUse, capacity, isBehind }] : [];
    });
  }

  /** Grants whatever can be granted now that something has changed about `names`. */
  #settle(names: Iterable<string>): void {
    const changed = [...names];
    for (let name = changed.pop(); name !== undefined; name = changed.pop()) {
      const ticket = this.#firstOf(this.#things.get(name)!.queue);
      if (!ticket || !this.#mayBegin(ticket)) continue;
      for (const [other, count] of ticket.needs) {
        const thing = this.#things.get(other)!;
        thing.inUse += count;
        thing.queue.pop();
        changed.push(other);
      }
      ticket.is = "granted";
      tell(ticket);
    }
  }

  #mayBegin(ticket: Held<O>): boolean {
    for (const [name, count] of ticket.needs) {
      const { inUse, capacity, queue } = this.#things.get(name)!;
      if (inUse + count > capacity || this.#firstOf(queue) !== ticket) return false;
    }
    return true;
  }

  /** Who has withdrawn is taken out when its turn comes. */
  #firstOf(queue: Heap<Held<O>>): Held<O> | undefined {
    while (queue.first?.is === "over") queue.pop();
    return queue.first;
  }
}

function tell<O>(ticket: Held<O>): void {
  const { onSettled } = ticket;
  ticket.onSettled = undefined;
  onSettled?.();
}

function toNamed(name: string): Pick<Shortage, "is" | "name"> {
  if (name.startsWith(TAG)) return { is: "tag", name: name.slice(TAG.length) };
  if (name.startsWith(SCORE)) return { is: "score", name: name.slice(SCORE.length) };
  if (name.startsWith(ORCHESTRA)) return { is: "orchestra", name: name.slice(ORCHESTRA.length) };
  return name === SLOT ? { is: "slot", name: "" } : { is: "resource", name };
}
