/**
 * Why a question cannot be answered, for programs and for people.
 *
 * @module
 */

/** A refusal that is the answer. */
export interface Problem {
  readonly status: 400 | 404 | 409 | 503;
  /** For programs. */
  readonly code: string;
  /** One plain sentence. */
  readonly message: string;
  /** What may help, as text or as data. */
  readonly hint?: unknown;
}

/** Makes one. */
export function problem(
  status: Problem["status"],
  code: string,
  message: string,
  hint?: unknown,
): Problem {
  return { status, code, message, ...(hint !== undefined && { hint }) };
}

/** Whether something is one. */
export function isProblem(value: unknown): value is Problem {
  return value !== null && typeof value === "object" && "code" in value && "status" in value;
}
