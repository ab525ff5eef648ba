import { toSize } from "../http/to-size.ts";

/** One message of a server. */
export const MOST_MESSAGE_BYTES = 16 * 1024 * 1024;

/** What is said of a server that sends more: it is left, as if it had ended. */
export const TOO_LARGE = `it sent a message of more than ${toSize(MOST_MESSAGE_BYTES)}`;
