import type { DriftStatus, DriftVersionStatus } from '@facet/contracts';
import escapeHtml from 'escape-html';

type FeatureStatus = DriftVersionStatus['features'][string];

const style = `
:root { color-scheme: light dark; --ink: #1c2330; --quiet: #66708a; --paper: #fff; --line: #d9deea; --then: #9aa6c2; --now: #0a7d5a; --alarm: #c2371f }
@media (prefers-color-scheme: dark) { :root { --ink: #e7eaf3; --quiet: #98a2bd; --paper: #12151d; --line: #2a3142; --then: #5d6988; --now: #35c694; --alarm: #ff7a5f } }
body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem } h2 { font-size: 1.15rem; margin-top: 2.2rem } h3 { font-size: 1rem; margin: 0 }
p, dd { margin: .25rem 0 } .quiet { color: var(--quiet) } .alarm { color: var(--alarm); font-weight: 600 }
.features { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: 1rem; padding: 0 }
article { border: 1px solid var(--line); border-radius: .5rem; padding: .8rem } article.drift { border-color: var(--alarm) }
svg { width: 100%; height: auto; display: block; margin: .5rem 0 } svg text { font-size: 9px; fill: var(--quiet) }
.then { fill: var(--then) } .now { fill: none; stroke: var(--now); stroke-width: 1.6 } .swatch { display: inline-block; width: .8em; height: .8em; background: var(--then) }
.swatch.line { height: 0; border-top: 2px solid var(--now); background: none; vertical-align: middle }
`;

/** Nothing but this page's own style is needed to show it. */
export const statusPagePolicy = "default-src 'none'; style-src 'unsafe-inline'";

/** The status as one page of HTML that needs nothing else. */
export function statusPage(status: DriftStatus): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Drift: ${escapeHtml(status.task)}</title><style>${style}</style></head>
<body>
<h1>Drift: ${escapeHtml(status.task)}</h1>
<p class="${status.drift ? 'alarm' : 'quiet'}">${status.drift ? 'What is seen has changed.' : 'Nothing that is watched has changed.'}</p>
<p class="quiet">${escapeHtml(status.timestamp)} · on a stable stream, one false alarm in ${status.false_alarm_every.toLocaleString('en')} predictions or fewer · ${status.shared ? 'all pods together' : 'this pod'}</p>
<p><span class="swatch"></span> reference &nbsp; <span class="swatch line"></span> current window</p>
${Object.entries(status.versions)
  .map(([version, state]) => versionPart(version, state))
  .join('\n')}
</body>
</html>
`;
}

function versionPart(version: string, status: DriftVersionStatus): string {
  const { alarm, reference, accuracy, window } = status;
  const about = [
    reference
      ? `reference: ${reference.source} (${reference.samples.toLocaleString('en')} predictions, ${reference.created})`
      : 'no reference yet: the first window becomes it',
    `window: ${window.filled} of ${window.size}`,
    `seen: ${status.observed.toLocaleString('en')}`,
    `evidence: ${percent(status.evidence)} of an alarm`,
    ...(accuracy ? [`expected accuracy: ${percent(accuracy.estimate)}${accuracy.calibrated ? '' : ' (uncalibrated)'}`] : []),
  ];
  const warning = alarm
    ? `<p class="alarm">Changed: ${escapeHtml(alarm.features.join(', '))}, found at ${escapeHtml(alarm.at)} after ${alarm.observed.toLocaleString('en')} predictions</p>`
    : '';
  const features = Object.entries(status.features)
    .map(([name, feature]) => featurePart(name, feature))
    .join('\n');
  return `<section><h2>${escapeHtml(version)}</h2>${warning}<p class="quiet">${about.map(escapeHtml).join(' · ')}</p><div class="features">${features}</div></section>`;
}

function featurePart(name: string, feature: FeatureStatus): string {
  const numbers = [
    feature.test && `${feature.test} ${shorten(feature.statistic ?? Infinity)}, p ${shorten(feature.p ?? 1)}`,
    feature.psi !== undefined && `PSI ${shorten(feature.psi)}`,
    feature.wasserstein !== undefined && `Wasserstein ${shorten(feature.wasserstein)} σ`,
    feature.window && feature.reference && `mean ${shorten(feature.reference.mean)} → ${shorten(feature.window.mean)}`,
    `evidence ${percent(feature.evidence)}`,
  ].filter((part): part is string => typeof part === 'string');
  return `<article class="${feature.verdict}"><h3>${escapeHtml(name)}${feature.unit ? ` <span class="quiet">${escapeHtml(feature.unit)}</span>` : ''}</h3>${drawing(name, feature)}<p>${numbers.map(escapeHtml).join(' · ')}</p><p class="quiet">${escapeHtml(feature.doc)}</p></article>`;
}

const width = 300;
const height = 96;
const base = 80;

/** Both distributions over the same bins: the reference as bars, the window as a stepped line. */
function drawing(name: string, { bins }: FeatureStatus): string {
  if (!bins) return '<p class="quiet">nothing to compare yet</p>';
  const count = bins.window.length;
  const highest = Math.max(...bins.window, ...bins.reference, 1e-9);
  const step = width / count;
  const y = (share: number) => (base - (share / highest) * (base - 6)).toFixed(1);
  const bars = bins.reference.map(
    (share, at) =>
      `<rect class="then" x="${(at * step).toFixed(1)}" y="${y(share)}" width="${Math.max(0.5, step - 1).toFixed(1)}" height="${(base - Number(y(share))).toFixed(1)}"/>`,
  );
  const line = bins.window.map((share, at) => `${at === 0 ? 'M' : 'L'}${(at * step).toFixed(1)} ${y(share)}H${((at + 1) * step).toFixed(1)}`);
  const label = (edge: number | string | undefined) => escapeHtml(typeof edge === 'number' ? shorten(edge) : (edge ?? ''));
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(name)}: reference and window">${bars.join('')}<path class="now" d="${line.join('')}"/><text x="0" y="${height - 4}">${label(bins.edges[0])}</text><text x="${width}" y="${height - 4}" text-anchor="end">${label(bins.edges.at(-1))}</text></svg>`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function shorten(value: number): string {
  if (!Number.isFinite(value)) return '∞';
  return Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-3) ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}
