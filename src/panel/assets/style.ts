/**
 * The panel's one style sheet, as text: wrangler, vitest and Node read a string alike, and each reads a .css file its own way.
 * Colours are named by purpose and have a contrast of at least 4.5 in both schemes.
 */
export const STYLE = `
:root{color-scheme:light dark;--page:#f6f4f1;--card:#fff;--ink:#1d1b19;--soft:#5c5650;--line:#d9d3cb;--link:#0b5c68;
--main:#0b5c68;--on-main:#fff;--good:#1c6b3a;--good-back:#e2f3e8;--bad:#a3221b;--bad-back:#fbe7e5;--warn:#7a4b00;
--warn-back:#fdf0d5;--busy:#cfe6ea;--done:#d8ead9;--none:#e7e2dc;--hold:#f6e3b4}
@media (prefers-color-scheme:dark){:root{--page:#161514;--card:#211f1d;--ink:#f0ece7;--soft:#b5ada4;--line:#423e39;
--link:#7fd0dc;--main:#7fd0dc;--on-main:#0d2a2e;--good:#8fd6a6;--good-back:#17301f;--bad:#ff9d94;--bad-back:#3c1a17;
--warn:#f2c26b;--warn-back:#372a10;--busy:#1d4a52;--done:#244b2e;--none:#3a3632;--hold:#57430f}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--main);outline-offset:2px;border-radius:2px}
h1{font-size:1.6rem;line-height:1.25;margin:.2rem 0 1rem}
h2{font-size:1.15rem;margin:0 0 .6rem}
* + h2{margin-top:1rem}
p{margin:.4rem 0}
.skip{position:absolute;left:-999px}
.skip:focus{left:.5rem;top:.5rem;background:var(--card);padding:.5rem 1rem;z-index:1}
.top,.bottom{display:flex;flex-wrap:wrap;gap:.4rem 1rem;align-items:center;padding:.6rem 1rem;background:var(--card);
border-bottom:1px solid var(--line)}
.top nav{flex:1}
.top ul{display:flex;flex-wrap:wrap;gap:.2rem;list-style:none;margin:0;padding:0}
.top li a{display:block;padding:.45rem .7rem;border-radius:.4rem;text-decoration:none}
.top li a[aria-current]{background:var(--main);color:var(--on-main)}
.top form,.bottom form{display:inline}
.brand{font-weight:700}
.role{color:var(--soft)}
.bottom{border:0;border-top:1px solid var(--line);margin-top:2rem}
main{max-width:72rem;margin:0 auto;padding:1rem}
main.narrow{max-width:26rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1rem;margin:0 0 1rem}
.cards{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));align-items:start;margin:0 0 1rem}
.cards .card{margin:0}
.note{border-left:4px solid var(--good);background:var(--good-back);padding:.6rem .9rem;margin:0 0 1rem;border-radius:.3rem}
.note.bad{border-color:var(--bad);background:var(--bad-back)}
.note.warn{border-color:var(--warn);background:var(--warn-back)}
.soft{color:var(--soft)}
.big{font-size:1.9rem;font-weight:700;line-height:1.2}
.code{font-family:ui-monospace,Menlo,Consolas,monospace;letter-spacing:.06em}
.plus{color:var(--good)}
.minus{color:var(--bad)}
.field{margin:0 0 .9rem}
.field label{display:block;font-weight:600;margin-bottom:.2rem}
.field .hint{color:var(--soft);font-size:.9rem;margin:.2rem 0 0}
.field .error{color:var(--bad);margin:.2rem 0 0}
input,select,textarea{font:inherit;color:inherit;background:var(--card);border:1px solid var(--soft);border-radius:.4rem;
padding:.5rem .6rem;width:100%;max-width:32rem}
input,select{min-height:2.75rem}
input[type=checkbox],input[type=radio]{width:auto;min-height:0}
[aria-invalid=true]{border-color:var(--bad)}
button,.button{font:inherit;font-weight:600;display:inline-block;min-height:2.75rem;padding:.5rem 1.1rem;border-radius:.4rem;
border:1px solid var(--main);background:var(--main);color:var(--on-main);cursor:pointer;text-decoration:none}
button.quiet,.button.quiet{background:transparent;color:var(--link);border-color:var(--line)}
button.bad{background:var(--bad);border-color:var(--bad);color:var(--card)}
button[aria-disabled=true]{opacity:.6}
.row{display:flex;flex-wrap:wrap;gap:.6rem;align-items:center}
.row.search,.row.fields{align-items:end}
.row.fields{margin-bottom:.9rem}
.row.fields .field{flex:1 1 11rem;margin:0}
.check{display:flex;gap:.5rem;align-items:center;margin:0}
.check input{width:1.3rem;height:1.3rem}
.error{color:var(--bad)}
.hint{color:var(--soft);font-size:.9rem}
.hours{display:flex;flex-wrap:wrap;gap:.4rem .5rem;align-items:center}
.hours input{width:8rem}
.week .work rect{fill:var(--done)}
.week .break rect{fill:var(--none)}
fieldset{border:0;margin:0 0 .9rem;padding:0;min-width:0}
legend{font-weight:600;padding:0 0 .4rem}
fieldset.card legend{float:left;width:100%}
fieldset.card legend+*{clear:both}
.times label{display:inline-block;position:relative;margin:0 .4rem .4rem 0}
.times input{position:absolute;opacity:0;width:100%;height:100%;cursor:pointer}
.times span{display:inline-block;min-height:2.75rem;padding:.5rem .9rem;border:1px solid var(--soft);border-radius:.4rem}
.times input:checked+span{background:var(--main);color:var(--on-main)}
.times input:focus-visible+span{outline:3px solid var(--main);outline-offset:2px}
.row.search .field{flex:1 1 16rem;margin:0}
.row.search input{max-width:none}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%}
caption,.caption{text-align:left;font-weight:600;padding:.2rem 0 .5rem}
th,td{text-align:left;vertical-align:top;padding:.5rem .6rem;border-bottom:1px solid var(--line);overflow-wrap:break-word}
td a{overflow-wrap:anywhere}
th,td:first-child{white-space:nowrap}
th{color:var(--soft);font-weight:600;font-size:.9rem}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.tag{display:inline-block;border-radius:1rem;padding:.05rem .6rem;font-size:.85rem;background:var(--none);white-space:nowrap}
.tag.good{background:var(--good-back);color:var(--good)}
.tag.bad{background:var(--bad-back);color:var(--bad)}
.tag.warn{background:var(--warn-back);color:var(--warn)}
dl{display:grid;grid-template-columns:minmax(0,max-content) minmax(55%,1fr);gap:.3rem 1rem;margin:0}
dt{color:var(--soft)}
dl+form{margin-top:.8rem}
dt,dd{min-width:0;overflow-wrap:break-word}
dd{margin:0}
ul.plain{list-style:none;margin:0;padding:0}
ul.plain li{padding:.45rem 0;border-bottom:1px solid var(--line)}
ul.plain li:last-child{border:0}
progress{width:100%;height:.8rem;accent-color:var(--main)}
.qr{width:9rem;height:9rem;background:#fff;padding:.5rem;border-radius:.4rem;display:block}
.qr path{fill:#000}
.timeline{width:100%;min-width:62rem;height:auto;display:block;font-size:12px}
.timeline text{fill:var(--ink)}
.timeline .grid{stroke:var(--line)}
.timeline .hour{fill:var(--soft)}
.timeline .now{stroke:var(--bad);stroke-width:2}
.timeline rect{fill:var(--busy);stroke:var(--line)}
.timeline .completed rect{fill:var(--done)}
.timeline .no_show rect{fill:var(--none)}
.timeline .hold rect{fill:var(--hold);stroke-dasharray:4 3}
.timeline .internal rect{stroke:var(--main);stroke-width:2}
.timeline .clash rect{stroke:var(--bad);stroke-width:3}
.chart{width:100%;min-width:40rem;height:auto;display:block;font-size:12px}
.chart text{fill:var(--soft)}
.chart .grid{stroke:var(--line)}
.chart .created,.key.created{fill:var(--good);background:var(--good)}
.chart .updated,.key.updated{fill:var(--link);background:var(--link)}
.chart .unmatched,.key.unmatched{fill:var(--warn);background:var(--warn)}
.chart .missed,.key.missed{fill:var(--bad);background:var(--bad)}
.chart .duration{fill:none;stroke:var(--ink);stroke-width:2}
.key{display:inline-block;width:.8rem;height:.8rem;border-radius:.2rem;margin-right:.3rem}
code{overflow-wrap:anywhere}
pre{overflow-x:auto;font-size:.85rem;margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
summary{cursor:pointer;padding:.4rem 0;color:var(--link)}
.legend{display:flex;flex-wrap:wrap;gap:.3rem .8rem;margin:.6rem 0 0}
@media (max-width:64rem){
th,td{padding:.4rem .35rem;font-size:.9rem}
}
@media (max-width:47.99rem){
.for-desk{display:none}
table.stacks thead{position:absolute;left:-999px}
table.stacks,table.stacks caption,table.stacks tbody{display:block}
table.stacks tr{display:block;border-bottom:1px solid var(--line);padding:.5rem 0}
table.stacks td,table.stacks td:first-child{display:grid;grid-template-columns:6rem minmax(0,1fr);gap:.5rem;border:0;padding:.15rem 0;text-align:left;
white-space:normal;overflow-wrap:anywhere}
table.stacks td::before{content:attr(data-head);color:var(--soft)}
}
@media print{
:root{color-scheme:light}
.top,.bottom,.skip,.no-print,.note{display:none}
body{background:#fff;color:#000}
main{padding:0;max-width:18rem;margin:0}
.card{border:0;padding:0}
}
`
