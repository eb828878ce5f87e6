/**
 * The style sheet of the sign-in pages. Each page loads the theme's style sheet first. The sign-in pages look like the
 * pages of the apps (`apps/ui/style`).
 */
export const styleSheet = `
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 1.0625rem/1.55 var(--font); }
header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: .25rem 1rem;
  padding: .6rem 1.5rem; font-size: 1rem; background: var(--raised); border-bottom: 1px solid var(--line); }
header .library { display: flex; gap: .5rem; align-items: center; margin: 0; font-weight: 650; color: var(--accent); }
header img { width: 1.75rem; height: 1.75rem; object-fit: contain; }
main { max-width: 32rem; margin: 1.5rem auto; padding: 1.25rem 1.5rem; background: var(--raised);
  border: 1px solid var(--line); border-radius: .6rem; }
h1 { font-size: 1.5rem; line-height: 1.3; font-weight: 650; margin: 0 0 1rem; overflow-wrap: anywhere; }
a { color: var(--accent); display: inline-block; padding: .25rem 0; text-underline-offset: .15em; }
.field { margin: 0 0 1.25rem; }
label { display: block; font-weight: 550; }
.hint { display: block; color: var(--quiet); }
.error { display: block; color: var(--bad); font-weight: 550; }
.errors { border: 1px solid var(--bad); border-left-width: 4px; border-radius: .45rem; background: var(--bad-soft);
  padding: .5rem 1rem; margin: 0 0 1.25rem; }
.errors ul { margin: 0; padding: 0; list-style: none; }
.errors, .errors a { color: var(--bad); font-weight: 550; }
input { width: 100%; font: inherit; padding: .6rem; margin-top: .25rem; color: inherit; background: var(--raised);
  border: 1px solid var(--edge); border-radius: .45rem; }
input[type="checkbox"] { width: 1.5rem; height: 1.5rem; margin: 0 .5rem 0 0; vertical-align: middle;
  accent-color: var(--accent); }
input[aria-invalid] { border-color: var(--bad); }
button { font: inherit; font-weight: 550; min-height: 2.75rem; padding: .5rem 1.25rem; margin: 0 .5rem .5rem 0;
  border: 1px solid var(--accent); border-radius: .45rem; background: var(--accent); color: var(--on-accent); cursor: pointer; }
button:hover { background: var(--accent-strong); }
button.second { background: transparent; color: var(--accent); }
button.second:hover { background: var(--sunken); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
code { overflow-wrap: anywhere; }
ul.learns { padding-left: 1.25rem; }
ul.services { padding: 0; list-style: none; }
h2 { font-size: 1.1rem; margin: 1.75rem 0 .5rem; }
ul.services h3 { font-size: 1.0625rem; margin: 1.25rem 0 .5rem; }
@media (max-width: 34rem) {
  header { padding: .6rem 1rem; }
  main { margin: 0; padding: 1rem; border-width: 0 0 1px; border-radius: 0; }
}
`;
