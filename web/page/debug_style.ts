/** What the page of what the server is busy with adds to the stylesheets of the board and of insights. */
export const DEBUG_STYLESHEET =
  `.verdict { margin: 0 0 1rem; padding: .75rem .9rem; border: 1px solid var(--line); border-left: .25rem solid var(--quiet); border-radius: 0 .6rem .6rem 0; background: var(--ground); font-size: 1.1rem; overflow-wrap: anywhere; }
.verdict[data-verdict] { border-left-color: var(--bad); }
.verdict[data-verdict="calm"] { border-left-color: var(--good); }
.numbers span { color: var(--quiet); font-size: .9rem; }
.figures :is(td, th):not(:first-child) { white-space: nowrap; }
.figures :is(td, th).words { text-align: left; }
.figures :is(td, th).long { overflow-wrap: anywhere; white-space: normal; }
.figures :is(td, th):not(:last-child) { padding-right: 1rem; }
#ingest-said:empty { display: none; }
@media (max-width: 38rem) {
  .numbers { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .figures tbody th { display: flex; justify-content: space-between; gap: 1rem; font-weight: 600; }
  .figures tbody th::before { content: attr(data-name); color: var(--quiet); font-weight: 400; }
  .figures tbody :is(td, th)::before { flex: none; }
  .figures :is(td, th):not(:last-child) { padding-right: 0; }
  .figures td, .figures th { text-align: right; }
  .figures :is(td, th):not(:first-child) { white-space: normal; }
}
`;
