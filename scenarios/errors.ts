import { HeadwayError } from "../runtime/mod.ts";

/** A scenario cannot be read or run; names the file or scenario, the field, and the reason. */
export class ScenarioError extends HeadwayError {
  /** The kind of error. */
  override readonly name = "ScenarioError";
}
