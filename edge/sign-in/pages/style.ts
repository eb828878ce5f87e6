/** The style sheet of all pages. Colours have a contrast of at least 4.5 to 1, in light and dark mode. */
export const styleSheet = `
:root { color-scheme: light dark; --text: #1b1f23; --paper: #ffffff; --quiet: #57606a; --line: #6e7781;
  --accent: #0b5d4a; --on-accent: #ffffff; --wrong: #a40e26; --wrong-paper: #fff1f1; }
@media (prefers-color-scheme: dark) { :root { --text: #f0f3f6; --paper: #15191e; --quiet: #b3bac2; --line: #9aa4af;
  --accent: #6fd6b8; --on-accent: #06251d; --wrong: #ff9492; --wrong-paper: #2b1618; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--text); font: 1.0625rem/1.55 system-ui, "Noto Sans TC", sans-serif; }
header, main { max-width: 30rem; margin: 0 auto; padding: 1rem; }
header { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; }
header .library { margin: 0; font-weight: 600; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; overflow-wrap: anywhere; }
a { color: var(--accent); display: inline-block; padding: .25rem 0; }
.field { margin: 0 0 1.25rem; }
label { display: block; font-weight: 600; }
.hint { display: block; color: var(--quiet); }
.error { display: block; color: var(--wrong); font-weight: 600; }
.errors { border: 3px solid var(--wrong); background: var(--wrong-paper); padding: .5rem 1rem; margin: 0 0 1.25rem; }
.errors ul { margin: 0; padding: 0; list-style: none; }
.errors, .errors a { color: var(--wrong); font-weight: 600; }
input { width: 100%; font: inherit; padding: .6rem; margin-top: .25rem; color: inherit; background: var(--paper);
  border: 2px solid var(--line); border-radius: .25rem; }
input[type="checkbox"] { width: 1.5rem; height: 1.5rem; margin: 0 .5rem 0 0; vertical-align: middle; }
input[aria-invalid] { border-color: var(--wrong); }
button { font: inherit; font-weight: 600; min-height: 2.75rem; padding: .5rem 1.25rem; margin: 0 .5rem .5rem 0;
  border: 2px solid var(--accent); border-radius: .25rem; background: var(--accent); color: var(--on-accent); cursor: pointer; }
button.second { background: transparent; color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
code { overflow-wrap: anywhere; }
ul.learns { padding-left: 1.25rem; }
ul.services { padding: 0; list-style: none; }
h2 { font-size: 1.25rem; margin: 1.75rem 0 .5rem; }
ul.services h3 { font-size: 1.0625rem; margin: 1.25rem 0 .5rem; }
`;
