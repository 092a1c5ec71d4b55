/**
 * Loads a page's script, and says why where that cannot be: it is made when it is asked for, and the
 * page would otherwise stand there without a word.
 */
const loader = (script: string, what: string) =>
  `import("/assets/${script}.js").catch(async (error) => {
  const notice = document.getElementById("notice");
  const answer = await fetch("/assets/${script}.js").catch(() => null);
  const why = answer === null ? "the server does not answer" : answer.ok
    ? String(error)
    : (await answer.text()).replace(/^\\{"error":"(.*)"\\}$/, "$1");
  notice.hidden = false;
  notice.textContent = "${what} cannot be shown: " + why;
});
`;

/** The player's. */
export const PLAYER_LOADER = loader("player", "The player");
/** That of the page of voices. */
export const VOICE_LOADER = loader("voice", "The page");
