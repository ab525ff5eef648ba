export { type Code, catalogue, type FactsOf } from "./catalogue.ts";
export {
  bySource,
  type Diagnostic,
  diagnose,
  type Edit,
  type Fix,
  type OtherPlace,
  type Place,
  type Where,
} from "./diagnostic.ts";
export type { Entry, Severity } from "./entry.ts";
export { MaestroError } from "./maestro-error.ts";
export {
  type AuthorCode,
  authorCodes,
  isAuthorCode,
  type Setting,
  whyNotSettable,
} from "./setting.ts";
export { isFailureName, isFinalCode, nearestFailure, type StepFailureCode } from "./step-failure.ts";
