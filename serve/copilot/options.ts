/** Options of the copilot; all have defaults. */
export interface CopilotOptions {
  /** tmux, program and arguments; `null` for none. Without it nothing is typed anywhere. */
  readonly tmuxCommand?: readonly string[] | null;
  /** Program and arguments that answer questions; none unless said. */
  readonly aiCommand?: readonly string[] | null;
  /** The model that `claude` is told to use. */
  readonly aiModel?: string;
  /** What may be spent by itself in a day, USD; default 2, nothing at 0 or below. */
  readonly aiDailyBudgetUsd?: number;
  /** The most that an answer may cost, USD; default 0.5. */
  readonly aiJobMaxUsd?: number;
  /** How long an answer may take, seconds; default 120. */
  readonly aiTimeoutS?: number;
  /** A topic of ntfy that is told what needs somebody, such as `https://ntfy.example/topic`. */
  readonly ntfyUrl?: string;
  /** What ntfy asks for. */
  readonly ntfyToken?: string;
  /** Whether what sessions said is in what ntfy is told; default false. */
  readonly ntfyDetail?: boolean;
  /** Minutes of the day between which ntfy is told nothing, in the zone of days; none unless said. */
  readonly ntfyQuiet?: { readonly fromMinute: number; readonly toMinute: number };
}

/** The default of {@link CopilotOptions.aiDailyBudgetUsd}. */
export const DEFAULT_AI_DAILY_BUDGET_USD = 2;
/** The default of {@link CopilotOptions.aiJobMaxUsd}. */
export const DEFAULT_AI_JOB_MAX_USD = 0.5;
/** The default of {@link CopilotOptions.aiTimeoutS}. */
export const DEFAULT_AI_TIMEOUT_S = 120;
