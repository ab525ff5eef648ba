/** One line that says something. */
const NAME = /^(?=.*\S)[^\p{Cc}]{1,200}$/u;

/** Is it written down as who has done something? Anything else would say nothing, or could not be stored. */
export function namesSomebody(said: unknown): said is string {
  return typeof said === "string" && NAME.test(said) && said.isWellFormed();
}
