/**
 * A script that loads a page's own, and says why where that cannot be: it is made when it is asked for,
 * and the page would otherwise stand there without a word.
 *
 * @param path The script's path.
 * @param what What cannot be shown without it.
 */
export function scriptLoader(path: string, what: string): string {
  return `import("${path}").catch(async (error) => {
  const notice = document.getElementById("notice");
  const answer = await fetch("${path}").catch(() => null);
  const why = answer === null ? "the server does not answer" : answer.ok
    ? String(error)
    : (await answer.text()).replace(/^\\{"error":"(.*)"\\}$/, "$1");
  notice.hidden = false;
  notice.textContent = "${what} cannot be shown: " + why;
});
`;
}
