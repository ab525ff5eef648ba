/** How long a policy of the author's own may think, in ms. */
export const PATIENCE_MS = 5_000;
