/**
 * Takes secrets out of what is shown to a model.
 *
 * @module
 */

const GONE = "[redacted]";

const RULES: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, GONE],
  [/\bsk-[A-Za-z0-9_-]{12,}/g, GONE],
  [/\b(?:gh[pousr]_|github_pat_)[A-Za-z0-9_]{16,}/g, GONE],
  [/\bxox[abeoprs]-[A-Za-z0-9-]{8,}/g, GONE],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{12,}/g, GONE],
  [/\bAIza[A-Za-z0-9_-]{20,}/g, GONE],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, GONE],
  [/(\bAuthorization["']?\s*[:=]\s*["']?)(?:Bearer |Basic )?[^\s"',;]+/gi, `$1${GONE}`],
  [/(\bBearer )[A-Za-z0-9._~+/-]{8,}=*/g, `$1${GONE}`],
  [
    /((?:pass(?:word|wd|phrase)?|secret|token|api[_-]?key)(?:\\?["'])?\s*[:=]\s*)(?:"[^"\n]*"|'[^'\n]*'|(?:\\")?[^\s"'\\,;&]+)/gi,
    `$1${GONE}`,
  ],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/]+:)[^\s@/]+@/gi, `$1${GONE}@`],
];

/** The text without keys, tokens and passwords. */
export function redact(text: string): string {
  return RULES.reduce((it, [pattern, instead]) => it.replace(pattern, instead), text);
}
