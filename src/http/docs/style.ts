/** Style of the API page: readable from a phone to a wide screen, in the reader's light or dark. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1b1f24; --quiet: #57606a; --line: #d0d7de; --well: #f3f5f7; --link: #0a58a8;
  --get: #1a6b3c; --post: #8a4600; --mark: #a0262d;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171c; --ink: #e4e8ed; --quiet: #a0a9b4; --line: #353c45; --well: #1d2229; --link: #7ab8f5;
    --get: #6fd398; --post: #f0b36b; --mark: #ff9a9f;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, "Noto Sans TC", "PingFang TC", "Microsoft JhengHei", sans-serif; }
.layout { display: grid; grid-template-columns: minmax(15rem, 20rem) minmax(0, 1fr); max-width: 84rem; margin: 0 auto; }
nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow: auto; padding: 1.5rem 1rem; border-right: 1px solid var(--line); font-size: 0.875rem; }
nav h2 { margin: 1.25rem 0 0.25rem; font-size: 0.875rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a { display: block; padding: 0.2rem 0.4rem; border-radius: 4px; color: var(--ink); text-decoration: none; overflow-wrap: anywhere; }
nav li a:hover { background: var(--well); }
main { padding: 1.5rem clamp(1rem, 3vw, 2.5rem) 4rem; min-width: 0; }
h1 { margin: 0 0 0.25rem; font-size: 1.75rem; line-height: 1.2; }
h2 { margin: 3rem 0 0.5rem; font-size: 1.35rem; }
h3 { margin: 0 0 0.5rem; font-size: 1rem; font-weight: 600; overflow-wrap: anywhere; }
h4 { margin: 1.25rem 0 0.35rem; font-size: 0.875rem; color: var(--quiet); }
p { margin: 0.35rem 0; max-width: 48rem; }
ul { max-width: 48rem; padding-left: 1.25rem; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, pre:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: 0.875em; }
pre { margin: 0.5rem 0 0; padding: 0.75rem 1rem; background: var(--well); border-radius: 6px; overflow: auto; max-height: 32rem; line-height: 1.45; }
details { margin: 0.75rem 0; }
summary { cursor: pointer; color: var(--quiet); font-size: 0.875rem; }
.operation, .schema, .error { margin: 1.25rem 0; padding: 1.25rem 0 0; border-top: 1px solid var(--line); }
.lead { font-size: 1.05rem; }
.method { font: 600 0.8125rem ui-monospace, Menlo, Consolas, monospace; }
.get { color: var(--get); }
.post { color: var(--post); }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 0.875rem; }
th, td { padding: 0.45rem 0.75rem 0.45rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere; }
tbody th { width: 34%; min-width: 9rem; font-weight: 400; }
thead th { color: var(--quiet); font-weight: 500; }
.required { color: var(--mark); }
.required, .place { font-size: 0.8125rem; }
.rules, .refusal, .place { color: var(--quiet); }
.refusal { display: inline-block; margin-right: 1rem; font-size: 0.875rem; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; padding: 0.5rem 1rem; background: var(--paper); }
@media (max-width: 52rem) {
  .layout { display: block; }
  nav { position: static; max-height: 45vh; border-right: 0; border-bottom: 1px solid var(--line); }
  tbody th { width: 42%; min-width: 0; }
}
`;
