/// The style sheet of the page: system fonts, two themes, paper.
pub(crate) const PAGE: &str = "
:root {
  color-scheme: light dark;
  --paper: #fdfdfb; --panel: #f4f4f0; --ink: #1d2125; --soft: #565e69; --rule: #d9dad4; --link: #0b5394;
  --good: #17693a; --bad: #a8281e; --open: #75500a; --broken: #6a2c94; --neutral: #44505c;
  --good-tint: #e4f1e8; --bad-tint: #fae7e4; --open-tint: #f8efd9; --broken-tint: #f2e7f8; --neutral-tint: #e9ecef;
  --target: #fff3c4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --panel: #1c2024; --ink: #e4e6e8; --soft: #a5adb6; --rule: #353b41; --link: #86bdf2;
    --good: #7ad19a; --bad: #ff9a8f; --open: #eac26b; --broken: #d3a9f3; --neutral: #b4bfca;
    --good-tint: #17301f; --bad-tint: #3a1d1a; --open-tint: #33290f; --broken-tint: #2e1d3a; --neutral-tint: #262c32;
    --target: #433a12;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { scroll-padding-top: 3.5rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; overflow-wrap: break-word; }
a { color: var(--link); text-underline-offset: .15em; text-decoration-thickness: from-font; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -100vw; top: 0; background: var(--paper); padding: .5rem 1rem; z-index: 2; }
.skip:focus { left: 0; }
.frame { max-width: 78rem; margin: 0 auto; padding: 0 1rem 4rem; }
nav { position: sticky; top: 0; z-index: 1; background: var(--paper); border-bottom: 1px solid var(--rule); margin: 0 -1rem; overflow-x: auto; }
nav ul { display: flex; gap: .25rem 1.25rem; list-style: none; margin: 0; padding: .6rem 1rem; white-space: nowrap; font-size: .9rem; }
nav a { color: var(--soft); text-decoration: none; }
nav a:hover { color: var(--link); text-decoration: underline; }
main { min-width: 0; }
header { padding: 2rem 0 .5rem; max-width: 46rem; }
.kind { margin: 0; color: var(--soft); font-size: .9rem; }
h1 { font-size: clamp(1.6rem, 5vw, 2.2rem); line-height: 1.2; margin: .1rem 0 .6rem; letter-spacing: -.01em; }
.question { font-size: 1.2rem; line-height: 1.45; margin: 0 0 .6rem; }
.background { color: var(--soft); margin: 0 0 .6rem; }
section { border-top: 1px solid var(--rule); margin-top: 2.2rem; padding-top: .4rem; }
header + section { border-top: 0; margin-top: 0; }
h2 { font-size: 1.35rem; line-height: 1.3; margin: 1rem 0 .7rem; }
h3 { font-size: 1.08rem; line-height: 1.35; margin: 1.5rem 0 .4rem; }
p { margin: .5rem 0; max-width: 46rem; }
ul.notes { margin: .6rem 0; padding-left: 1.2rem; max-width: 46rem; }
code { font: .88em ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; overflow-wrap: anywhere; }
dl { margin: .8rem 0; max-width: 60rem; }
dl div { display: grid; grid-template-columns: 10.5rem minmax(0, 1fr); gap: 0 1rem; padding: .3rem 0; border-bottom: 1px solid var(--rule); }
dl div:last-child { border-bottom: 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.finding { border: 1px solid var(--rule); border-left: 5px solid var(--neutral); border-radius: 6px; padding: .9rem 1.2rem 1rem; margin: 1.4rem 0; }
.finding.good { border-left-color: var(--good); } .finding.bad { border-left-color: var(--bad); } .finding.open { border-left-color: var(--open); } .finding.broken { border-left-color: var(--broken); }
.finding .name { margin: 0; color: var(--soft); font-size: .9rem; }
.finding h3 { margin: .1rem 0 .5rem; font-size: 1.18rem; }
.finding .verdict { margin: .4rem 0; }
.finding .sentence { font-size: 1.04rem; }
.badge { display: inline-block; padding: .15rem .7rem; border-radius: 999px; font-weight: 650; background: var(--neutral-tint); color: var(--neutral); }
.badge.good { background: var(--good-tint); color: var(--good); } .badge.bad { background: var(--bad-tint); color: var(--bad); } .badge.open { background: var(--open-tint); color: var(--open); } .badge.broken { background: var(--broken-tint); color: var(--broken); }
.mark { font-weight: 600; }
.mark.good { color: var(--good); } .mark.bad { color: var(--bad); } .mark.open { color: var(--open); } .mark.broken { color: var(--broken); } .mark.neutral { color: var(--neutral); }
.warning { background: var(--open-tint); border-left: 5px solid var(--open); padding: .6rem 1rem; border-radius: 4px; }
.scroll { overflow-x: auto; margin: 1rem 0; background:
  linear-gradient(to right, var(--paper) 40%, transparent) left / 2.5rem 100% no-repeat local,
  linear-gradient(to left, var(--paper) 40%, transparent) right / 2.5rem 100% no-repeat local,
  linear-gradient(to right, var(--rule), transparent) left / .8rem 100% no-repeat scroll,
  linear-gradient(to left, var(--rule), transparent) right / .8rem 100% no-repeat scroll; }
.scroll.tall { max-height: 34rem; overflow-y: auto; border: 1px solid var(--rule); border-radius: 4px; }
.scroll.tall thead th { position: sticky; top: 0; background: var(--panel); }
.scroll.tall caption { padding: .5rem .6rem; }
table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; min-width: min(100%, 24rem); }
caption { text-align: left; color: var(--soft); padding: 0 0 .4rem; }
caption span { display: inline-block; position: sticky; left: 0; max-width: min(46rem, calc(100vw - 4.5rem)); }
th, td { text-align: left; vertical-align: top; padding: .32rem .9rem .32rem .5rem; border-bottom: 1px solid var(--rule); font-weight: 400; overflow-wrap: normal; }
td { max-width: 26rem; }
thead th { color: var(--soft); font-weight: 600; vertical-align: bottom; border-bottom: 1px solid var(--soft); }
th.number, td.number { text-align: right; }
td.number, .mark { white-space: nowrap; }
thead th.number { max-width: 9rem; overflow-wrap: break-word; }
td.prose { min-width: 14rem; }
td code, th code { overflow-wrap: break-word; }
td.prose code { overflow-wrap: anywhere; }
tr:target > *, span:target { background: var(--target); }
data { text-decoration: inherit; }
figure { margin: 1.2rem 0; }
figure .picture { margin: 0; max-width: 50rem; }
figure svg { min-width: 40rem; max-width: 50rem; }
svg a { text-decoration: none; }
figcaption { color: var(--soft); font-size: .92rem; max-width: 46rem; margin-top: .3rem; }
details { margin: 1rem 0; }
summary { cursor: pointer; color: var(--link); width: fit-content; padding: .15rem .2rem; }
details:target > summary { background: var(--target); }
@media (min-width: 72rem) {
  html { scroll-padding-top: 1rem; }
  .frame { display: grid; grid-template-columns: 11rem minmax(0, 1fr); gap: 0 2.5rem; }
  nav { align-self: start; border-bottom: 0; margin: 0; padding-top: 2.2rem; max-height: 100vh; overflow: visible auto; }
  nav ul { display: block; padding: 0 .4rem; white-space: normal; }
  nav li { margin: .45rem 0; }
}
@media (max-width: 40rem) {
  dl div { grid-template-columns: minmax(0, 1fr); }
  .finding { padding: .8rem .9rem; }
}
@media print {
  :root { --paper: #fff; --panel: #fff; --ink: #000; --soft: #444; --rule: #bbb; --link: #000; --good: #17693a; --bad: #a8281e; --open: #75500a; --broken: #6a2c94; --neutral: #44505c;
    --good-tint: #fff; --bad-tint: #fff; --open-tint: #fff; --broken-tint: #fff; --neutral-tint: #fff; --target: #fff; }
  body { font-size: 10pt; }
  nav, .skip { display: none; }
  .scroll, .scroll.tall { overflow: visible; max-height: none; border: 0; }
  .scroll.tall thead th { position: static; }
  table { font-size: 8pt; } th, td { padding: .15rem .4rem; white-space: normal; }
  figure svg { min-width: 0; }
  tr, figure, .verdict, .sentence { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
";
