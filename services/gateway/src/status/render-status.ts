import type { ServiceStatus } from './suite-status.ts';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => escapes[character]!);
}

const rate = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)}/s`;
const share = (value: number): string => `${Number((value * 100).toFixed(1))} %`;

function time(seconds: number | undefined): string {
  if (seconds === undefined) return '–';
  return seconds < 1 ? `${Number((seconds * 1000).toPrecision(2))} ms` : `${seconds.toFixed(1)} s`;
}

function row(cells: readonly string[], kind: 'td' | 'th' = 'td'): string {
  return `<tr>${cells.map((cell) => `<${kind}>${cell}</${kind}>`).join('')}</tr>`;
}

function table(head: readonly string[], rows: readonly string[]): string {
  return `<table><thead>${row(head, 'th')}</thead><tbody>${rows.join('')}</tbody></table>`;
}

function stateOf(state: string): string {
  return `<span class="${state === 'ready' ? 'good' : 'bad'}">${state}</span>`;
}

const style = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:62rem;padding:0 1rem;color:#24292e;background:#fff}
table{border-collapse:collapse;width:100%;margin:.5rem 0 2rem}th,td{text-align:left;padding:.35rem .8rem .35rem 0;border-bottom:1px solid #d8dee4}
th{font-weight:600;color:#57606a}td{font-variant-numeric:tabular-nums}code{font-size:.85em;color:#57606a}.good{color:#1a7f37}.bad{color:#cf222e;font-weight:600}
@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}th,td{border-color:#30363d}.good{color:#3fb950}.bad{color:#ff7b72}}`;

/** The status of the suite as a page that needs nothing from anywhere else and asks for itself again. */
export function renderStatus(services: readonly ServiceStatus[], { seconds, refreshSeconds }: { seconds: number; refreshSeconds: number }): string {
  const summary = services.map(({ task, state, requestsPerSecond, failed, p50, p95 }) =>
    row([`<a href="${task}/docs">${task}</a>`, stateOf(state), rate(requestsPerSecond), share(failed), time(p50), time(p95)]),
  );
  const versions = services.flatMap(({ task, versions: own }) =>
    own.map(({ version, isReady, model, weight, requestsPerSecond, waiting, driftAlarms }) => {
      const drift =
        driftAlarms === undefined ? 'not watched' : driftAlarms === 0 ? '<span class="good">none</span>' : `<span class="bad">${driftAlarms} alarms</span>`;
      const name = model === undefined ? '–' : `<code>${escaped(model.replace(/(sha256:.{12}).*/, '$1'))}</code>`;
      return row([task, version, stateOf(isReady ? 'ready' : 'not ready'), share(weight), rate(requestsPerSecond), String(waiting), drift, name]);
    }),
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="${refreshSeconds}">
<title>Facet: status</title><style>${style}</style></head><body>
<h1>Facet</h1>
<p>What the gateway saw in the last ${seconds < 90 ? `${Math.max(1, Math.round(seconds))} seconds` : `${Math.round(seconds / 60)} minutes`}; this page renews itself every ${refreshSeconds} seconds.
<a href="docs">API</a> · <a href="health">health</a> · <a href="metrics">metrics</a></p>
<h2>Services</h2>
${table(['service', 'state', 'requests', 'failed', 'p50', 'p95'], summary)}
<h2>Versions</h2>
${table(['service', 'version', 'state', 'weight', 'predictions', 'waiting', 'drift', 'model'], versions)}
<p>Versions are as the process tells that answered; where a service has several, Grafana adds them up.</p>
</body></html>
`;
}
