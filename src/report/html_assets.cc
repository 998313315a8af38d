#include "report/html_assets.h"

#include "picture/comparison.h"

namespace cxctl {

namespace {

constexpr std::string_view kStyle = R"(
:root {
  color-scheme: light dark;
  --ground: #ffffff; --text: #1d2733; --quiet: #55616e; --track: #eef1f4; --line: #d8dee5; --raised: #f6f8fa;
  --permitted: #1b7f5c; --blackout: #b03a5b; --hatch: #9a6200; --added: #2563eb; --removed: #c22a2a;
  --bad: #b3261e; --warn: #8a5a00; --good: #1b7050; --link: #1d4ed8; --plus: #e4f6ec; --minus: #fdeaea; --shade: #1d273340;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #12171d; --text: #e6ebf0; --quiet: #a3afbb; --track: #222a33; --line: #36414d; --raised: #1a2129;
    --permitted: #2fa67c; --blackout: #c9527a; --hatch: #d9a441; --added: #6ea2ff; --removed: #ff7b7b;
    --bad: #ff8a80; --warn: #e8b04b; --good: #55c896; --link: #8ab4ff; --plus: #14301f; --minus: #3a1d1f; --shade: #00000099;
  }
}
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem clamp(.75rem, 4vw, 2.5rem); background: var(--ground); color: var(--text);
  font: 1rem/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; overflow-wrap: anywhere }
h1 { font-size: 1.4rem; margin: 0 }
h2 { font-size: 1.1rem; margin: 2rem 0 .6rem }
p { margin: .3rem 0 }
code { unicode-bidi: isolate }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: .88em }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: .2rem }
.skip { position: absolute; left: -100vw }
.skip:focus { position: static }
a { color: var(--link) }
main:focus, h2:focus { outline: none }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.25rem; list-style: none; margin: .8rem 0 0; padding: 0 }
.quiet { color: var(--quiet) }
.verdict { font-size: 1.15rem; font-weight: 600; margin-top: .6rem }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; list-style: none; margin: 1rem 0; padding: 0 }
.tiles li { border: 1px solid var(--line); border-left-width: .35rem; border-radius: .4rem; padding: .5rem .75rem; background: var(--raised) }
.tiles b { display: block; font-size: 1.3rem; font-variant-numeric: tabular-nums }
.tiles .increases { border-left-color: var(--bad) }
.tiles .mixed { border-left-color: var(--warn) }
.tiles .reduces { border-left-color: var(--good) }
.tiles small { color: var(--quiet); display: block }
.scroll { overflow-x: auto; background:
  linear-gradient(to right, var(--ground) 1rem, transparent) 0 0 / 2rem 100% no-repeat local,
  linear-gradient(to left, var(--ground) 1rem, transparent) 100% 0 / 2rem 100% no-repeat local,
  linear-gradient(to right, var(--shade), transparent) 0 0 / .6rem 100% no-repeat,
  linear-gradient(to left, var(--shade), transparent) 100% 0 / .6rem 100% no-repeat }
table { border-collapse: collapse; width: 100%; font-size: .92rem; overflow-wrap: break-word }
th, td { text-align: left; vertical-align: top; padding: .3rem .9rem .3rem 0; border-top: 1px solid var(--line); max-width: 40rem }
th { font-weight: 600 }
.members th, .members td { min-width: 7rem; overflow-wrap: anywhere }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.reach th.number { white-space: normal; min-width: 4.5rem; vertical-align: bottom }
.reach tbody th { min-width: 8rem; overflow-wrap: anywhere }
.reach small { display: block; color: var(--quiet); font-weight: 400 }
.more { margin: .5rem 0 }
.finding { border-left: .3rem solid var(--warn); padding: .2rem 0 .2rem .75rem; margin: .75rem 0; list-style: none }
.finding.error { border-left-color: var(--bad) }
.findings { padding: 0; margin: 0 }
.tag { font-weight: 600 }
.error > p > .tag, .failed .outcome { color: var(--bad) }
.warning > p > .tag { color: var(--warn) }
.excerpt, .diff { overflow-x: auto; background: var(--raised); border: 1px solid var(--line); border-radius: .3rem; padding: .5rem .75rem; margin: .5rem 0; overflow-wrap: normal }
.diff { display: grid; grid-template-columns: minmax(max-content, 1fr); max-height: 32rem; overflow-y: auto }
.diff span { display: block; min-height: 1.2em; white-space: pre }
.diff .plus { background: var(--plus) }
.diff .minus { background: var(--minus) }
.diff .hunk { color: var(--quiet) }
.controls { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin: .75rem 0; padding: .6rem .75rem; background: var(--raised); border: 1px solid var(--line); border-radius: .4rem }
.controls[hidden] { display: none }
.controls label { display: inline-flex; gap: .35rem; align-items: center }
.controls input[type=search] { font: inherit; padding: .3rem .5rem; min-width: 0; width: 16rem; max-width: 100%; color: inherit; background: var(--ground); border: 1px solid var(--quiet); border-radius: .3rem }
.controls ::placeholder { color: var(--quiet); opacity: 1 }
.controls button { font: inherit; padding: .25rem .7rem; color: inherit; background: var(--ground); border: 1px solid var(--quiet); border-radius: .3rem; cursor: pointer }
details.item { border: 1px solid var(--line); border-radius: .4rem; margin: .5rem 0; background: var(--ground) }
details.item[hidden] { display: none }
details.item > summary { padding: .5rem .75rem; cursor: pointer }
details.item > div { padding: 0 .75rem .6rem }
summary .risk { white-space: nowrap }
summary .mark { display: inline-block; width: 1.2rem; text-align: center; font-weight: 700 }
.increases > summary .risk { color: var(--bad); font-weight: 600 }
.mixed > summary .risk { color: var(--warn); font-weight: 600 }
.reduces > summary .risk { color: var(--good) }
footer { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: .6rem; font-size: .85rem; color: var(--quiet) }
@media print {
  :root { color-scheme: light; --text: #000000; --quiet: #444444; --raised: #ffffff; --line: #bbbbbb; --plus: #ffffff; --minus: #ffffff; --shade: transparent }
  body { max-width: none; padding: 0 }
  nav, .controls, .skip { display: none }
  details::details-content { content-visibility: visible; block-size: auto }
  .scroll, .excerpt, .diff { overflow: visible; max-height: none; background: none }
  .diff { grid-template-columns: 1fr }
  .diff span, .excerpt { white-space: pre-wrap; overflow-wrap: anywhere }
  table th, table td, table td.number { min-width: 0; white-space: normal; overflow-wrap: anywhere }
  details.item > summary, h2 { break-after: avoid }
  tr, .finding { break-inside: avoid }
}
)";

constexpr std::string_view kScript = R"(
(() => {
  const items = [...document.querySelectorAll('details.item')];
  const controls = document.querySelector('.controls');
  if (controls) {
    const text = document.getElementById('filter');
    const shown = document.getElementById('shown');
    const boxes = [...controls.querySelectorAll('input[type=checkbox]')];
    const texts = items.map((item) => [item.querySelector('summary'), ...item.querySelectorAll('.place, .members tbody th')]
      .map((each) => each.textContent).join(' ').toLowerCase());
    const filter = () => {
      const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
      const risks = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
      let count = 0;
      items.forEach((item, index) => {
        item.hidden = !(risks.has(item.dataset.risk) && words.every((word) => texts[index].includes(word)));
        if (!item.hidden) count += 1;
      });
      shown.textContent = count + ' of ' + items.length + ' shown';
    };
    const fold = (open) => { for (const item of items) if (!item.hidden) item.open = open; };
    controls.addEventListener('input', filter);
    document.getElementById('unfold').addEventListener('click', () => fold(true));
    document.getElementById('fold').addEventListener('click', () => fold(false));
    document.addEventListener('keydown', (event) => {
      if (event.key === '/' && event.target.tagName !== 'INPUT') { event.preventDefault(); text.focus(); }
      if (event.key === 'Escape' && event.target === text) { text.value = ''; filter(); }
    });
    controls.hidden = false;
    filter();
  }
  // The keyboard stops only at what can be scrolled.
  const observer = new ResizeObserver((seen) => {
    for (const { target } of seen)
      target.tabIndex = target.scrollWidth > target.clientWidth || target.scrollHeight > target.clientHeight ? 0 : -1;
  });
  for (const each of document.querySelectorAll('.scroll, .diff, .excerpt')) observer.observe(each);
  let closed = [];
  const all = () => [...document.querySelectorAll('details')];
  addEventListener('beforeprint', () => { closed = all().filter((each) => !each.open); for (const each of closed) each.open = true; });
  addEventListener('afterprint', () => { for (const each of closed) each.open = false; });
})();
)";

}  // namespace

std::string HtmlStyle() {
  return std::string(kStyle) + std::string(ComparisonStyle());
}

std::string_view HtmlScript() {
  return kScript;
}

}  // namespace cxctl
