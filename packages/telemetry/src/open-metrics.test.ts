import { Counter, Histogram, Registry } from 'prom-client';
import { Exemplars } from './exemplars.ts';
import { toOpenMetrics } from './open-metrics.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

async function rendered(): Promise<string[]> {
  const registry = new Registry();
  const registers = [registry];
  new Counter({ name: 'seen_total', help: 'Things seen', registers }).inc(2);
  new Counter({ name: 'thing_count', help: 'Things by their old name', registers }).inc(3);
  const labels = { route: '/predict', status: '200' };
  const duration = new Histogram({ name: 'took_seconds', help: 'Time', labelNames: ['route', 'status'], buckets: [0.1, 1], registers });
  const exemplars = new Exemplars('took_seconds', [0.1, 1]);
  for (const [value, trace] of [
    [0.3, 'f'.repeat(32)],
    [0.4, traceId],
    [7, traceId],
  ] as const) {
    duration.observe(labels, value);
    exemplars.of(labels)(value, trace);
  }
  return toOpenMetrics(await registry.metrics(), new Map(exemplars.entries())).split('\n');
}

describe('toOpenMetrics', () => {
  it('keeps the names of all samples, whatever the family must be called', async () => {
    const lines = await rendered();
    expect(lines).toEqual(expect.arrayContaining(['# TYPE seen counter', 'seen_total 2', '# TYPE thing_count unknown', 'thing_count 3']));
    expect(lines.slice(-2)).toEqual(['# EOF', '']);
    expect(lines.slice(0, -1)).not.toContain('');
  });

  it('shows the latest trace of each bucket, in the bucket that it fell into', async () => {
    const traced = (await rendered()).filter((line) => line.includes(' # {'));
    expect(traced).toHaveLength(2);
    expect(traced[0]).toMatch(new RegExp(`^took_seconds_bucket\\{le="1",route="/predict",status="200"\\} 2 # \\{trace_id="${traceId}"\\} 0.4 \\d+`));
    expect(traced[1]).toMatch(/^took_seconds_bucket\{le="\+Inf",.*\} 3 # \{.*\} 7 \d+/);
  });
});
