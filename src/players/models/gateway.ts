import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4StreamPart,
} from "@ai-sdk/provider";
import { type BulkheadPolicy, bulkhead, isBrokenCircuitError } from "cockatiel";
import { MaestroError } from "../../diagnostics/index.ts";
import { type Candidate, isBuiltIn, type JsonSchema, type Situation } from "../../plan/index.ts";
import { Redactor } from "../redactor.ts";
import { toQuestion } from "../understudies/to-question.ts";
import { type Casting, understudyModel } from "../understudies/understudy-model.ts";
import { boundOf } from "./bound-of.ts";
import { CallWatch } from "./call-watch.ts";
import { type Lane, openLane } from "./lane.ts";
import { loadProvider, type Provider } from "./load-provider.ts";
import type { ModelCall } from "./model-call.ts";
import type { ModelSettings } from "./model-settings.ts";
import { toMostTokens } from "./most-tokens.ts";
import type { Price } from "./prices.ts";
import type { Asked, Hold, Purse } from "./purse.ts";
import { RateLimit } from "./rate-limit.ts";
import { askOwnPolicy } from "./routing/ask-own-policy.ts";
import type { OwnOrder } from "./routing/decide-route.ts";
import type { Model } from "./speak.ts";
import { toModelError } from "./to-model-error.ts";

/** Calls of one provider that may be under way at once, when the configuration says nothing. */
const CONCURRENCY = 50;
/** Those that wait for their turn: as many as there are. */
const WAITING = Number.POSITIVE_INFINITY;

/** Who asks, and what is to be known of each call. */
export interface Caller {
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Each call, also one that brought nothing; with what was held back for it, when it is the last that may use that. */
  readonly onCall: (call: ModelCall, hold: Hold | undefined) => void;
  /** Asked before each call. Absent: nobody knows what anything costs. */
  readonly purse?: Purse | undefined;
  /** What the answer has to be: JSON of this schema. Absent: a text. */
  readonly schema: JsonSchema | undefined;
  /** Takes secrets out of a JSON value. */
  readonly clean?: (value: unknown) => unknown;
  /** What is asked and said is to be kept. */
  readonly isRecorded?: boolean;
  /** Tools of MCP servers, as models call them. */
  readonly serverTools?: ReadonlySet<string>;
  /** Who answers in place of every model. */
  readonly casting?: Casting | undefined;
}

interface Way {
  readonly provider: Promise<Provider>;
  readonly lane: Lane;
  readonly room: BulkheadPolicy;
  readonly concurrency: number;
  /** By the names of models. */
  readonly clients: Map<string, LanguageModelV4>;
  /** Calls that have come and are not over. */
  asked: number;
  /** Absent: any number of calls a minute. */
  readonly rate: RateLimit | undefined;
}

const gateways = new WeakMap<ModelSettings, Gateway>();

/** Every model a workspace can ask. Providers are loaded when they are first asked, and shared by all steps. */
export class Gateway {
  readonly #settings: ModelSettings;
  readonly #ways = new Map<string, Way>();
  readonly #redactor: Redactor;

  /** The one gateway of these settings. */
  static of(settings: ModelSettings): Gateway {
    const known = gateways.get(settings) ?? new Gateway(settings);
    gateways.set(settings, known);
    return known;
  }

  private constructor(settings: ModelSettings) {
    this.#settings = settings;
    this.#redactor = new Redactor(keysOf(settings));
  }

  /** `provider/model` of a name that the configuration gives to one; else the name itself. */
  fullName(name: string): string {
    const { aliases } = this.#settings;
    return Object.hasOwn(aliases, name) ? aliases[name]! : name;
  }

  /**
   * The model to be asked for one step.
   * @param model `provider/model`
   * @throws MaestroError MR3092, MR3093, MR3094
   */
  async model(model: string, caller: Caller): Promise<Model> {
    const { casting } = caller;
    if (casting) return understudyModel(model, casting, { caller, redactor: this.#redactor });
    const { provider, id } = partsOf(model);
    const way = this.#wayTo(provider, model);
    const { lane } = way;
    const inner = clientOf(way, await way.provider, id);
    return {
      ask: async (given) => {
        // Not by the library's own structured output: it holds back what the model says until that parses.
        const form = caller.schema && ({ type: "json", schema: caller.schema as never } as const);
        const params = form ? { ...given, responseFormat: form } : given;
        return lane.anew.execute(() => this.#askOnce(model, params, { way, inner, caller }), caller.signal);
      },
    };
  }

  /** One call, with its place among the provider's and what is held for it; tried again where it surely cost nothing. */
  async #askOnce(
    model: string,
    params: LanguageModelV4CallOptions,
    { way, inner, caller }: { readonly way: Way; readonly inner: LanguageModelV4; readonly caller: Caller },
  ): Promise<AsyncIterable<LanguageModelV4StreamPart>> {
    const { lane, room, rate } = way;
    const price = caller.purse?.priceOf(model);
    const hold = await caller.purse?.reserve(askedOf({ model, price }, params));
    const most = price && (() => mostOf(price, askedOf({ model, price }, params)));
    return new Promise((resolve, reject) => {
      const ask = async () => {
        const counted = await rate?.enter(tokensOf(params), caller.signal);
        const question = caller.isRecorded ? toQuestion(model, params, caller) : undefined;
        const watched = { model, price, caller, redactor: this.#redactor, hold, most, counted, question };
        const watch = new CallWatch({ ...watched, source: "live" });
        try {
          return { watch, stream: await watch.begun(inner.doStream(params)) };
        } catch (error) {
          const failure = this.toError(error, model, caller.signal);
          watch.end(failure);
          throw failure;
        }
      };
      // A call has its place until its stream is over, not only until it begins.
      const whole = () =>
        new Promise<void>((leave) => {
          lane.policy.execute(ask, caller.signal).then(
            ({ watch, stream }) => resolve(watch.through(stream, leave)),
            (error: unknown) => {
              leave();
              hold?.release();
              reject(asOurs(error, model));
            },
          );
        });
      way.asked++;
      room
        .execute(whole, caller.signal)
        .catch(() => {
          hold?.release();
          reject(caller.signal.reason);
        })
        .finally(() => way.asked--);
    });
  }

  /** What a policy of the configuration's own says; `undefined` of one that is built in. */
  async ownOrder(
    policy: string,
    candidates: readonly Candidate[],
    situation: Situation,
  ): Promise<OwnOrder | undefined> {
    if (isBuiltIn(policy)) return undefined;
    const { order } = this.#settings.routing ?? {};
    return order
      ? askOwnPolicy(order, { policy, candidates, situation })
      : { problem: "there is no policy of that name" };
  }

  /** How its provider stands: calls under way, and that wait; and why it cannot be asked, where that is known. */
  standingOf(model: string): {
    readonly underWay: number;
    readonly waiting: number;
    readonly problem?: string;
  } {
    const { provider } = partsOf(model);
    if (!Object.hasOwn(this.#settings.providers, provider))
      return { underWay: 0, waiting: 0, problem: `the configuration has no provider "${provider}"` };
    const way = this.#ways.get(provider);
    if (!way) return { underWay: 0, waiting: 0 };
    const underWay = way.concurrency - way.room.executionSlots;
    const broken = way.lane.isBroken() ? { problem: "its last calls all failed, so it is left alone" } : {};
    return { underWay, waiting: Math.max(0, way.asked - underWay), ...broken };
  }

  /** Loads the provider of `model` and makes its client. What is missing is told when it is asked. */
  async warm(model: string): Promise<void> {
    const { provider, id } = partsOf(model);
    await this.#wayTo(provider, model)
      .provider.then((provide) => clientOf(this.#wayTo(provider, model), provide, id))
      .catch(() => {});
  }

  /** A JSON value without the keys of providers. */
  clean(value: unknown): unknown {
    return this.#redactor.value(value);
  }

  /** What went wrong with asking `model`, without the keys that a provider may say in its answer. */
  toError(error: unknown, model: string, signal: AbortSignal): unknown {
    const clean = (text: string) => this.#redactor.text(text);
    return this.#redactor.error(toModelError(error, { model, signal, clean }));
  }

  #wayTo(name: string, model: string): Way {
    const known = this.#ways.get(name);
    if (known) return known;
    const options = this.#settings.providers[name] ?? {};
    const { concurrency = CONCURRENCY, requestsPerMinute, tokensPerMinute } = options;
    const isLimited = requestsPerMinute !== undefined || tokensPerMinute !== undefined;
    const rate = isLimited ? new RateLimit(options) : undefined;
    const provider = loadProvider(name, model, this.#settings);
    const room = bulkhead(concurrency, WAITING);
    const way: Way = { provider, lane: openLane(), room, concurrency, rate, clients: new Map(), asked: 0 };
    this.#ways.set(name, way);
    // What is missing may be there when it is asked for again.
    provider.catch(() => this.#ways.delete(name));
    return way;
  }
}

function partsOf(model: string): { readonly provider: string; readonly id: string } {
  const slash = model.indexOf("/");
  return { provider: slash < 0 ? model : model.slice(0, slash), id: model.slice(slash + 1) };
}

/** One client for all calls of a model: making one costs as much as a call, and 80 KB. */
function clientOf({ clients }: Way, provide: Provider, id: string): LanguageModelV4 {
  const known = clients.get(id) ?? provide(id);
  clients.set(id, known);
  return known;
}

/** What a call may take, before it is known: about three bytes of JSON a token. */
function tokensOf({ prompt, maxOutputTokens = 0 }: LanguageModelV4CallOptions): number {
  return Math.ceil(Buffer.byteLength(JSON.stringify(prompt)) / 3) + maxOutputTokens;
}

/** The keys of all providers: none of them is to stand in what a provider says. */
function keysOf({ providers, variable }: ModelSettings): ReadonlyMap<string, string> {
  return new Map(
    Object.values(providers).flatMap(({ apiKey }) => {
      const value = apiKey === undefined ? undefined : variable(apiKey);
      return apiKey === undefined || value === undefined ? [] : [[apiKey, value] as const];
    }),
  );
}

/** All that counts as input: what is said, the tools, and the form of the answer. */
function askedOf(
  of: Pick<Asked, "model" | "price">,
  { prompt, tools = [], responseFormat, maxOutputTokens }: LanguageModelV4CallOptions,
): Asked {
  const promptTokens = toMostTokens(JSON.stringify([prompt, tools, responseFormat ?? null]));
  return { ...of, promptTokens, maxTokens: maxOutputTokens };
}

function mostOf(price: Price, asked: Asked) {
  return { microUsd: boundOf(price, asked), isBounded: asked.maxTokens !== undefined };
}

function asOurs(error: unknown, model: string): unknown {
  if (!isBrokenCircuitError(error)) return error;
  const detail = "its last calls all failed, so it is left alone for some seconds";
  return new MaestroError("MR3090", { model, status: undefined, detail, isTransient: true });
}
