import { HeadwayError } from "../runtime/mod.ts";

/** A tool cannot do what it was asked for. The message tells the model what to do next. */
export class ToolError extends HeadwayError {
  /** The kind of error. */
  override readonly name = "ToolError";
}
