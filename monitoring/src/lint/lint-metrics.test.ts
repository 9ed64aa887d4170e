import { lintMetrics } from './lint-metrics.ts';

const metric = (name: string, type: string, sample = name): string => `# HELP ${name} What it counts\n# TYPE ${name} ${type}\n${sample} 1\n`;

describe('lintMetrics', () => {
  it('lets good names pass', () => {
    const good = [
      metric('http_requests_total', 'counter', 'http_requests_total{route="/predict",status="200"}'),
      metric('took_seconds', 'histogram', 'took_seconds_bucket{le="0.1"}'),
      metric('predicted_gesture_count', 'counter'),
      metric('nodejs_active_handles_total', 'gauge'),
    ];
    expect(lintMetrics(good.join('\n'))).toEqual([]);
  });

  it.each([
    ['httpRequests_total', 'counter', 'httpRequests_total', 'snake_case'],
    ['http_requests', 'counter', 'http_requests', '_total'],
    ['queue_total', 'gauge', 'queue_total', 'is a gauge'],
    ['took_ms', 'gauge', 'took_ms', 'base unit'],
    ['took', 'histogram', 'took_bucket{le="1"}', 'unit'],
    ['asked_total', 'counter', 'asked_total{path="/a/b"}', 'label path'],
    ['asked_total', 'counter', 'asked_total{user_id="me"}', 'label user_id'],
  ])('refuses %s %s %s', (name, type, sample, reason) => {
    expect(lintMetrics(metric(name, type, sample))).toEqual([expect.stringContaining(reason)]);
  });

  it('refuses a label that takes too many values', () => {
    const samples = Array.from({ length: 101 }, (_, index) => `asked_total{name="${index}"} 1`).join('\n');
    expect(lintMetrics(`# HELP asked_total Asked\n# TYPE asked_total counter\n${samples}\n`)).toEqual(['asked_total has 101 values of the label name']);
  });
});
