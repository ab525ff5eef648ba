/** In the file that is imported, not in the score. */
export const limit: = 3;
