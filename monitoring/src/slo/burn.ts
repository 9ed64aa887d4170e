import type { Pace } from '../pace.ts';
import type { Alert, Recording } from '../rules/rule.ts';
import { orZero } from '../selectors.ts';
import { objectives } from './objectives.ts';

/**
 * When a burn is an alert: a budget of 30 days that burns `factor` times too fast, seen over a long window and still over
 * a short one, as in the workbook of Google's SRE book, chapter 5.
 */
const burns = [
  { long: '1h', short: '5m', factor: 14.4, for: '2m', severity: 'critical', spent: '2 % of a month in an hour' },
  { long: '6h', short: '30m', factor: 6, for: '15m', severity: 'critical', spent: '5 % of a month in six hours' },
  { long: '1d', short: '2h', factor: 3, for: '1h', severity: 'warning', spent: '10 % of a month in a day' },
  { long: '3d', short: '6h', factor: 1, for: '3h', severity: 'warning', spent: '10 % of a month in three days' },
] as const;

const burnWindows = [...new Set(burns.flatMap(({ long, short }) => [short, long]))];

/** The name under which the speed at which a budget burns is recorded: 1 uses it up in exactly 30 days. */
export function burnRate(window: string): string {
  return `slo:error_budget_burn:rate${window}`;
}

export function recordBurns(pace: Pace): Recording[] {
  return objectives.flatMap(({ sli, objective, kind, good, total, tasks }) =>
    burnWindows.map((window) => {
      const all = total(pace(window));
      // Good requests have no series when every one failed; a ratio with nothing asked is left out, not NaN.
      const burn = `(1 - ${orZero(good(pace(window)), all)} / (${all} > 0)) / ${Number((1 - objective).toFixed(6))}`;
      return {
        record: burnRate(window),
        expr: `label_replace(${burn} and on (namespace, service) ${tasks(pace)}, "slo", "$1-${sli}", "service", "(.*)")`,
        labels: { sli, ...(kind && { kind }) },
        kind,
      };
    }),
  );
}

export function alertOnBurns(pace: Pace): Alert[] {
  return (['availability', 'latency'] as const).flatMap((sli) =>
    burns.map(({ long, short, factor, for: lasting, severity, spent }): Alert => {
      const rate = (window: string): string => `${burnRate(window)}{sli="${sli}"}`;
      return {
        alert: sli === 'availability' ? 'AvailabilityBurn' : 'LatencyBurn',
        severity,
        labels: { window: long },
        value: rate(long),
        above: factor,
        also: `${rate(short)} > ${factor}`,
        for: pace(lasting),
        summary: `{{ $labels.service }} burns its ${sli} budget ${factor} times too fast`,
        description: `The error budget of {{ $labels.slo }} in {{ $labels.namespace }} burned {{ $value | humanize }} times too fast over ${long} and still does: ${spent}.`,
      };
    }),
  );
}
