import type { JsonSchema } from "../../plan/index.ts";

/** What is offered over the Model Context Protocol, whatever carries it. */
export interface Offer {
  readonly version: string;
  readonly instructions: string;
  tools(): Promise<readonly OfferedTool[]>;
  /** Never rejects for what a tool does: that is what it gives. */
  call(name: string, input: unknown, watch: Watch): Promise<Given>;
}

export interface OfferedTool {
  readonly name: string;
  readonly title?: string;
  readonly description: string;
  /** Of an object. */
  readonly input: JsonSchema;
  /** It changes nothing. */
  readonly isReadOnly: boolean;
}

/** Is told how far a call is; does nothing where nobody asked for that. */
export type Watch = (done: number, message: string) => void;

export interface Given {
  readonly value: object;
  readonly isError: boolean;
}
