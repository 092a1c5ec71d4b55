/**
 * The form that asks for the token over a page of the board.
 *
 * @module
 */
import { html } from "hono/html";
import type { Markup } from "../../server/page.ts";

/** Draws it, hidden. */
export function loginGate(): Markup {
  return html`
    <div class="gate" id="login-gate" data-testid="login-gate" role="dialog" aria-modal="true"
      aria-labelledby="login-title" hidden>
      <form id="login-form">
        <h2 id="login-title">Log in</h2>
        <p class="quiet">The token stands in the file that the server named at its start.</p>
        <label for="token">Token</label>
        <input id="token" type="password" autocomplete="current-password" required>
        <button type="submit">Log in</button>
        <p role="alert" id="login-said"></p>
      </form>
    </div>
  `;
}
