/**
 * The box by which a session is answered, at the foot of its page.
 *
 * @module
 */
import { html } from "hono/html";
import type { Markup } from "../../server/page.ts";

/** Draws it; its script fills it, or hides it where it cannot be used. */
export function replyBox(): Markup {
  return html`
    <section class="reply" id="reply" data-testid="reply-box" aria-label="Reply" hidden>
      <p class="reply-why" id="reply-why" data-testid="reply-why"></p>
      <details id="reply-terminal" hidden>
        <summary>Terminal</summary>
        <pre id="reply-screen" data-testid="pane-text" tabindex="0"></pre>
      </details>
      <details id="reply-diagnosis" hidden>
        <summary>Diagnosis (a draft)</summary>
        <pre id="reply-diagnosis-text" tabindex="0"></pre>
      </details>
      <form id="reply-form">
        <label class="unseen" for="reply-text">Reply</label>
        <textarea id="reply-text" data-testid="reply-text" rows="2" maxlength="4000"
          placeholder="Reply to this session"></textarea>
        <p class="reply-orders">
          <button type="button" class="plain" id="reply-draft" data-testid="btn-draft">Draft</button>
          <button type="button" class="plain" id="reply-more" aria-controls="reply-extra"
            aria-expanded="false">More</button>
          <button type="submit" id="reply-send" data-testid="btn-send">Send</button>
        </p>
        <p class="reply-said" id="reply-said" data-testid="delivery" role="status"></p>
        <p class="reply-orders" id="reply-extra" hidden>
          <button type="button" class="plain" id="reply-diagnose"
            data-testid="btn-diagnose">Diagnose</button>
          <span class="reply-orders" id="reply-pilot">
            <label class="inline" for="reply-autopilot">Autopilot
              <select id="reply-autopilot" data-testid="autopilot">
                <option value="off">off</option>
                <option value="message">sends the text</option>
                <option value="ai">drafts</option>
              </select></label>
            <label class="inline" for="reply-message">Text
              <input id="reply-message" data-testid="autopilot-text" maxlength="400"
                autocomplete="off"></label>
            <label class="inline" title="Sends the text once, when a limit of the account has ended">
              <input type="checkbox" id="reply-resume" data-testid="autopilot-resume"> when a limit ends,
              too</label>
            <button type="button" class="plain" id="reply-halt"
              title="No autopilot of any session types any more">Halt all</button>
          </span>
        </p>
      </form>
    </section>
  `;
}

/** What a page with the box says in its head. */
export function replyHead(): Markup {
  return html`
    <link rel="stylesheet" href="/reply.css">
    <script type="module" src="/reply.js"></script>
  `;
}

/** The box, wherever it is: at the foot of a page, or under a card. */
export const REPLY_PARTS = `.reply p { margin: 0; }
.reply-why { font-weight: 600; font-size: .92rem; overflow-wrap: anywhere; }
.reply form { margin: .3rem 0 0; }
.reply textarea {
  width: 100%;
  min-height: 3.6rem;
  max-height: 30vh;
  padding: .5rem .75rem;
  border: 1px solid var(--quiet);
  border-radius: .3rem;
  background: var(--paper);
  color: var(--ink);
  font: inherit;
  font-size: max(1rem, 16px);
  field-sizing: content;
}
.reply textarea:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.reply .reply-orders { display: flex; flex-wrap: wrap; gap: .4rem .6rem; align-items: center; margin-top: .3rem; }
.reply-orders[hidden] { display: none; }
.reply-orders button { min-height: 44px; min-width: 44px; margin: 0; }
.reply-orders [type=submit] { margin-left: auto; }
.reply-orders button:disabled { opacity: .55; }
.reply-said { min-height: 1.4em; font-size: .88rem; color: var(--quiet); overflow-wrap: anywhere; }
.reply-said[data-kind="bad"] { color: var(--bad); }
.reply-said[data-kind="good"] { color: var(--good); }
.reply pre { max-height: 40vh; overflow: auto; margin: .3rem 0; padding: .5rem; border: 1px solid var(--line); border-radius: .4rem; font-size: .78rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.reply summary { cursor: pointer; min-height: 24px; font-size: .88rem; }
`;

/** What stands only at the foot of a page. */
export const REPLY_STYLESHEET = `.reply {
  position: sticky;
  bottom: 0;
  z-index: 1;
  padding: .6rem max(.2rem, env(safe-area-inset-right)) max(.6rem, env(safe-area-inset-bottom)) max(.2rem, env(safe-area-inset-left));
  border-top: 1px solid var(--line);
  background: var(--paper);
}
.reply-orders label { margin: 0; font-size: .85rem; }
.reply-orders .inline { display: inline-flex; align-items: center; gap: .35rem; min-height: 44px; }
#reply-message { width: 10rem; min-height: 44px; padding: .3rem .5rem; font: inherit; font-size: max(1rem, 16px); background: var(--paper); color: var(--ink); border: 1px solid var(--quiet); border-radius: .3rem; }
#reply-resume { width: 1.5rem; height: 1.5rem; }
.reply-orders select { min-height: 44px; font: inherit; background: var(--paper); color: var(--ink); border: 1px solid var(--line); border-radius: .3rem; }
.reply select:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
`;
