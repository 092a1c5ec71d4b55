/**
 * The login page, and the script that sends the token: from the form, or from the address's fragment,
 * which browsers keep to themselves.
 *
 * @module
 */
import { html } from "hono/html";
import { type Markup, page } from "./page.ts";

/** Where it is by itself. */
export const LOGIN_PATH = "/login";

/**
 * Draws the page. It may stand in place of any other, which is there once somebody has logged in.
 *
 * @param why - One of our own sentences, which says what for.
 */
export function loginPage(why = "this server is open to those who know its token"): Markup {
  return page(
    "Log in · Headway",
    html`
      <h1>Log in</h1>
      <p class="lead">${why[0]?.toUpperCase() ?? ""}${why.slice(1)}.</p>
      <form id="login">
        <label for="token">Token</label>
        <input id="token" type="password" autocomplete="current-password" required autofocus>
        <button>Log in</button>
        <p id="says" role="status"></p>
      </form>
      <noscript><p class="note">Logging in needs JavaScript. Programs send the token as
        <code>Authorization: Bearer …</code></p></noscript>
      <p
        class="quiet">Whoever started the server finds the token in the file <code>auth_token</code> in its
        home folder, or has set it.</p>
    `,
    html`<script src="/login.js" defer></script>`,
  );
}

/** The page's script. */
export const LOGIN_SCRIPT = `"use strict";
const form = document.getElementById("login");
const field = document.getElementById("token");
const says = document.getElementById("says");

async function login(token) {
  says.textContent = "Asking…";
  try {
    const response = await fetch("/api/auth/login", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token }),
    });
    if (response.ok) {
      says.textContent = "Welcome.";
      if (location.pathname === "/login") location.replace("/");
      // This page stands in place of the one that was asked for.
      else location.reload();
    } else if (response.status === 429) {
      const seconds = response.headers.get("Retry-After");
      says.textContent = "Too many tries. Wait " + seconds + " s.";
    } else says.textContent = "That is not the token.";
  } catch {
    says.textContent = "The server does not answer.";
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  login(field.value.trim());
});

const given = new URLSearchParams(location.hash.slice(1)).get("t");
if (given !== null) {
  // The address must not keep the token: not on screen, not in the history.
  history.replaceState(null, "", location.pathname + location.search);
  login(given);
}
`;
