import escapeHtml from 'escape-html';
import type { ServiceStatus } from './suite-status.ts';

const rate = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)}/s`;
const share = (value: number): string => `${Number((value * 100).toFixed(1))} %`;

function time(seconds: number | undefined): string {
  if (seconds === undefined) return '–';
  return seconds < 1 ? `${Number((seconds * 1000).toPrecision(2))} ms` : `${seconds.toFixed(1)} s`;
}

function row(cells: readonly string[], kind: 'td' | 'th' = 'td'): string {
  return `<tr>${cells.map((cell) => `<${kind}>${cell}</${kind}>`).join('')}</tr>`;
}

function table(name: string, head: readonly string[], rows: readonly string[]): string {
  return `<div class="scroll" tabindex="0" role="region" aria-label="${name}"><table><thead>${row(head, 'th')}</thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function stateOf(state: string): string {
  return `<span class="${state === 'ready' ? 'good' : 'bad'}">${state}</span>`;
}

const bareStyle = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:62rem;padding:0 1rem;color-scheme:light dark}
.scroll{overflow-x:auto}table{border-collapse:collapse}th,td{text-align:left;padding:.35rem .8rem .35rem 0;border-bottom:1px solid #8885}.bad{font-weight:600}`;

/** The page around it where no pages were built. */
function barePage(refreshSeconds: number): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="${refreshSeconds}">
<title>Facet: status</title><style>${bareStyle}</style></head><body>
<h1>Facet</h1>
<p><!-- public --><a href="docs">API</a> · <!-- /public --><a href="health">health</a> · <a href="metrics">metrics</a></p>
<!-- status -->
</body></html>
`;
}

interface StatusPage {
  /** The time that the rates are of. */
  readonly seconds: number;
  readonly refreshSeconds: number;
  /** A page with a comment `status` where this belongs. */
  readonly frame?: string | undefined;
}

/** The name alone where the documentation is on another port (`partsOfPort`). */
function linkToDocs(task: string): string {
  return `<!-- public --><a href="${task}/docs"><!-- /public -->${task}<!-- public --></a><!-- /public -->`;
}

/** The status of the suite as a page that needs nothing from anywhere else. */
export function renderStatus(services: readonly ServiceStatus[], { seconds, refreshSeconds, frame = barePage(refreshSeconds) }: StatusPage): string {
  const summary = services.map(({ task, state, requestsPerSecond, failed, p50, p95 }) =>
    row([linkToDocs(task), stateOf(state), rate(requestsPerSecond), share(failed), time(p50), time(p95)]),
  );
  const versions = services.flatMap(({ task, versions: own }) =>
    own.map(({ version, isReady, model, weight, requestsPerSecond, waiting, driftAlarms }) => {
      const name = model === undefined ? '–' : `<code>${escapeHtml(model.replace(/(sha256:.{12}).*/, '$1'))}</code>`;
      const state = stateOf(isReady ? 'ready' : 'not ready');
      return row([task, version, state, share(weight), rate(requestsPerSecond), String(waiting), drift(driftAlarms), name]);
    }),
  );
  const span = seconds < 90 ? `${Math.max(1, Math.round(seconds))} seconds` : `${Math.round(seconds / 60)} minutes`;
  const content = `<div id="status">
<section class="card"><h2>Services</h2>
${table('Services', ['service', 'state', 'requests', 'failed', 'p50', 'p95'], summary)}
</section>
<section class="card"><h2>Versions</h2>
${table('Versions', ['service', 'version', 'state', 'weight', 'predictions', 'waiting', 'drift', 'model'], versions)}
</section>
<p class="muted small">Of the last ${span}; this page renews itself every ${refreshSeconds} seconds.</p>
</div>`;
  return frame.replace('<!-- status -->', () => content);
}

function drift(alarms: number | undefined): string {
  if (alarms === undefined) return 'not watched';
  return alarms === 0 ? '<span class="good">none</span>' : `<span class="bad">${alarms} alarm${alarms === 1 ? '' : 's'}</span>`;
}
