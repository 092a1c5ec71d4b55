/**
 * Loads the player, and says why where that cannot be: it is made when it is asked for, and the page
 * would otherwise stand there without a word.
 */
export const PLAYER_LOADER = `import("/assets/player.js").catch(async (error) => {
  const notice = document.getElementById("notice");
  const answer = await fetch("/assets/player.js").catch(() => null);
  const why = answer === null ? "the server does not answer" : answer.ok
    ? String(error)
    : await answer.text();
  notice.hidden = false;
  notice.textContent = "The player cannot be shown: " + why;
});
`;
