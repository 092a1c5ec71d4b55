/** Typings for the assertions that Headway's tests use; each throws an {@link AssertionError}. */

/** What a failed assertion throws. */
export class AssertionError extends Error {
  /** Makes the error. */
  constructor(message: string, options?: ErrorOptions);
}

/** A class whose instances are `T`, abstract or not. */
// deno-lint-ignore no-explicit-any -- a constructor's parameters are contravariant; only any fits all
export type AnyConstructor<T = unknown> = abstract new (...args: any[]) => T;

/** An error class: what {@link assertThrows} and its kin compare a thrown value with. */
export type ErrorClass<E extends Error = Error> = AnyConstructor<E>;

/** Holds when `condition` is truthy, and narrows to that. */
export function assert(condition: unknown, message?: string): asserts condition;
/** Holds when `condition` is falsy, and narrows to that. */
export function assertFalse(
  condition: unknown,
  message?: string,
): asserts condition is false | 0 | 0n | "" | null | undefined;

/** Holds when both are deeply equal; the error shows a diff. */
export function assertEquals<T>(actual: T, expected: T, message?: string): void;
/** Holds when the two differ somewhere in depth. */
export function assertNotEquals<T>(actual: T, expected: T, message?: string): void;
/** Holds when both are the same value by `Object.is`, and narrows `actual` to it. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  message?: string,
): asserts actual is T;
/** Holds when the two are not the same value by `Object.is`. */
export function assertNotStrictEquals<T>(actual: T, expected: T, message?: string): void;
/** Holds when the numbers differ by at most `tolerance` (default: 1e-7, relative for big numbers). */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  message?: string,
): void;
/** True when both are deeply equal. */
export function equal(a: unknown, b: unknown): boolean;

/** Holds when `actual > expected`. */
export function assertGreater<T>(actual: T, expected: T, message?: string): void;
/** Holds when `actual >= expected`. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, message?: string): void;
/** Holds when `actual < expected`. */
export function assertLess<T>(actual: T, expected: T, message?: string): void;
/** Holds when `actual <= expected`. */
export function assertLessOrEqual<T>(actual: T, expected: T, message?: string): void;

/** Holds when the value is neither null nor undefined, and narrows to that. */
export function assertExists<T>(actual: T, message?: string): asserts actual is NonNullable<T>;
/** Holds when the value is an instance of `type`, and narrows to it. */
export function assertInstanceOf<T>(
  actual: unknown,
  type: AnyConstructor<T>,
  message?: string,
): asserts actual is T;
/** Holds when the value is not an instance of `type`. */
export function assertNotInstanceOf<A, T>(
  actual: A,
  type: AnyConstructor<T>,
  message?: string,
): asserts actual is Exclude<A, T>;
/** Holds when the value is an error of the class, whose message contains the text or matches it. */
export function assertIsError<E extends Error = Error>(
  error: unknown,
  type?: ErrorClass<E>,
  messageIncludes?: string | RegExp,
  message?: string,
): asserts error is E;

/** Holds when `actual` contains `expected`. */
export function assertStringIncludes(actual: string, expected: string, message?: string): void;
/** Holds when `actual` matches the pattern. */
export function assertMatch(actual: string, expected: RegExp, message?: string): void;
/** Holds when `actual` does not match the pattern. */
export function assertNotMatch(actual: string, expected: RegExp, message?: string): void;
/** Holds when every expected item is in `actual`, in any order. */
export function assertArrayIncludes<T>(
  actual: ArrayLike<T>,
  expected: ArrayLike<T>,
  message?: string,
): void;
/** Holds when `actual` has at least the properties of `expected`, compared in depth. */
export function assertObjectMatch(
  actual: object,
  expected: Readonly<Record<PropertyKey, unknown>>,
  message?: string,
): void;

/** Holds when `fn` throws; returns what it threw. */
export function assertThrows(fn: () => unknown, message?: string): unknown;
/** Holds when `fn` throws such an error, with that text in its message; returns the error. */
export function assertThrows<E extends Error>(
  fn: () => unknown,
  type: ErrorClass<E>,
  messageIncludes?: string,
  message?: string,
): E;
/** Holds when the promise of `fn` rejects; resolves to the reason. */
export function assertRejects(fn: () => PromiseLike<unknown>, message?: string): Promise<unknown>;
/** Holds when it rejects with such an error, with that text in its message; resolves to it. */
export function assertRejects<E extends Error>(
  fn: () => PromiseLike<unknown>,
  type: ErrorClass<E>,
  messageIncludes?: string,
  message?: string,
): Promise<E>;

/** Fails. */
export function fail(message?: string): never;
/** Fails: a place that cannot be reached was reached. */
export function unreachable(message?: string): never;
