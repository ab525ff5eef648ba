/** `failure`: a step went wrong like this; `fix`: it went wrong and then passed; `note`: what a person knows of it. */
export type LearningKind = "failure" | "fix" | "note";

/** What has been learnt of one pattern, in one place. */
export interface Learning {
  readonly id: number;
  readonly kind: LearningKind;
  /** What went wrong, without what differs each time: `the API at api.example.com answered #`. */
  readonly pattern: string;
  /** `score/node`, without the places of items; `*` for everything. */
  readonly appliesTo: string;
  /** One sentence for people. */
  readonly text: string;
  /** The circumstances, as JSON. */
  readonly context: string;
  /** In how many runs. */
  readonly times: number;
  /** Unix ms. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** Where it was seen last; of a note, nothing. */
  readonly runId: string | null;
  readonly step: string | null;
  /** The deployment of that run: the score's revision. */
  readonly deployment: string | null;
  /** Who wrote a note. */
  readonly by: string | null;
}

export type NewLearning = Omit<Learning, "id" | "times" | "firstAt" | "lastAt"> & { readonly at: number };

export interface LearningQuery {
  readonly limit: number;
  readonly kind?: LearningKind | undefined;
  readonly appliesTo?: string | undefined;
  /** Only what has one of these words, the best match first; without it the newest come first. */
  readonly words?: string | undefined;
}

/** What has been learnt from runs. */
export interface LearningStore {
  /** Nobody waits for it. What is known already is counted. */
  note(row: NewLearning): void;
  /** Resolves when it is durable. */
  add(row: NewLearning): Promise<void>;
  find(query: LearningQuery): Promise<Learning[]>;
  byId(id: number): Promise<Learning | undefined>;
  forget(id: number): Promise<void>;
  /** Does the index find what is in the table? */
  isIndexSound(): Promise<boolean>;
  /** Makes the index anew, in slices that leave room for other writes. */
  rebuildIndex(onSlice: (done: number, total: number) => void): Promise<void>;
}
