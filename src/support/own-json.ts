/**
 * JSON as it was when this was loaded. Author code of the same process can put something else in its place, which then
 * harms nothing but itself.
 */
export const { parse, stringify } = JSON;
