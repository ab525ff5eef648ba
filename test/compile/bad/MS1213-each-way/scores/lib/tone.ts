import { isPresent, secret } from "maestro-ts";

const key = secret("TONE");

/** In a module that the score imports. */
export const tone = key ? "warm" : "dry";
export const other = !isPresent(key as never);
