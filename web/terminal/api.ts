/**
 * What the page asks its server, and what it answers.
 *
 * @module
 */

/** Who types on a terminal. Viewers have numbers. */
export interface KeyboardRecord {
  readonly holder: number | null;
  readonly viewers: number;
  readonly you: number | null;
  readonly is_yours: boolean;
}

/** A terminal that is there. */
export interface TerminalRecord {
  readonly session_id: string;
  readonly label: string;
  readonly process: string;
  readonly created_at: number;
  readonly idle_seconds: number;
  readonly cols: number;
  readonly rows: number;
  readonly seq: number;
  readonly grace_ends_at: number | null;
  readonly now: number;
  readonly keyboard: KeyboardRecord;
}

/** What is on its screen. */
export interface SnapshotRecord {
  readonly cols: number;
  readonly rows: number;
  readonly paint: string;
  /** The same without the lines above; null where there are none. */
  readonly viewport: string | null;
  readonly seq: number;
}

/** A task. */
export interface TaskRecord {
  readonly task_id: string;
  readonly session_id: string;
  readonly pty_id: string | null;
  readonly status: string;
  readonly agent: string;
  readonly title: string;
  readonly email: string;
  readonly created_at: number;
  readonly ended_at: number | null;
  readonly elapsed_s: number;
  readonly progress: { readonly step: string; readonly message: string } | null;
  readonly summary: string | null;
  readonly errors: readonly string[];
  readonly exit_code: number | null;
  readonly viewer_path: string;
}

/** What a terminal that is gone has left. */
export interface ReplayRecord {
  readonly task: TaskRecord;
  /** Bytes of its transcript. */
  readonly bytes: number;
  readonly transcript: string;
  readonly recording: string | null;
}

/** What became of looking at a terminal. */
export type Attached =
  | {
    readonly kind: "live";
    readonly terminal: TerminalRecord;
    readonly snapshot: SnapshotRecord;
    readonly task: TaskRecord | null;
  }
  | { readonly kind: "replay"; readonly replay: ReplayRecord }
  | { readonly kind: "gone" }
  | { readonly kind: "failed"; readonly text: string };

/** An answer that is not what was asked for. */
export class AnswerError extends Error {
  override readonly name = "AnswerError";
  /** Its HTTP status; 0 when there was no answer. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Asks, and reads JSON. @throws {AnswerError} for any other answer, and for none. */
export async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new AnswerError(0, "the server does not answer");
  }
  if (response.ok) return await response.json() as T;
  const text = await response.text();
  throw new AnswerError(response.status, refusalOf(text) ?? `the server says ${response.status}`);
}

/** Posts JSON. @throws {AnswerError} as {@link ask} does. */
export function post<T>(path: string, body: object, init: RequestInit = {}): Promise<T> {
  const headers = { "Content-Type": "application/json" };
  return ask<T>(path, { method: "POST", headers, body: JSON.stringify(body), ...init });
}

/** The path of a terminal's routes. The id was looked at before. */
export function terminalPath(id: string, what: string): string {
  return `/api/terminals/${encodeURIComponent(id)}/${what}`;
}

/** Looks at a terminal, or at what it left. */
export async function attach(named: string, viewer: string): Promise<Attached> {
  try {
    // deno-lint-ignore no-explicit-any -- two forms, told apart by a field
    const answer = await post<any>(terminalPath(named, "attach"), { viewer, tail_bytes: 0 });
    if (answer.replay === true) return { kind: "replay", replay: answer };
    const { snapshot, task, ...terminal } = answer;
    return { kind: "live", terminal, snapshot, task };
  } catch (error) {
    if (!(error instanceof AnswerError)) throw error;
    return error.status === 404 ? { kind: "gone" } : { kind: "failed", text: error.message };
  }
}

function refusalOf(text: string): string | null {
  try {
    const message = JSON.parse(text)?.error?.message;
    return typeof message === "string" ? message : null;
  } catch {
    return null;
  }
}

/** A key that no other viewer has. */
export function newViewerKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
