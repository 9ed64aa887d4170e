import { parseSamples } from './parse-samples.ts';
import { renderStatus } from './render-status.ts';
import { compareSnapshots, type Snapshot } from './suite-status.ts';

/** The gateway's metrics after so many requests of a digit, of which some failed; a half took up to 10 ms, the rest up to 100 ms. */
function gateway(requests: number, failed: number): string {
  const labels = (status: number): string => `method="POST",route="/digit/predict",status="${status}"`;
  return [
    `http_requests_total{${labels(200)}} ${requests - failed}`,
    `http_requests_total{${labels(503)}} ${failed}`,
    `http_requests_total{method="POST",route="/gesture/predict",status="200"} 5000`,
    `http_request_duration_seconds_bucket{le="0.01",${labels(200)}} ${requests / 2}`,
    `http_request_duration_seconds_bucket{le="0.1",${labels(200)}} ${requests}`,
    `http_request_duration_seconds_bucket{le="+Inf",${labels(200)}} ${requests}`,
  ].join('\n');
}

const digit = (predictions: number): string => `# TYPE model_ready gauge
model_ready{version="v1"} 1
model_ready{version="v2"} 0
model_info{version="v1",model="digit/v1@sha256:0123456789abcdef<"} 1
model_predictions_total{version="v1",status="success"} ${predictions}
inference_queue_depth{version="v1"} 3
data_drift_detected_total{version="v1"} 2
data_drift_detected_total{version="v2"} 0`;

function snapshot(at: number, ours: string, services: Record<string, string | undefined>): Snapshot {
  return {
    at,
    gateway: parseSamples(ours),
    services: new Map(Object.entries(services).map(([task, text]) => [task, text === undefined ? text : parseSamples(text)])),
  };
}

const weights = new Map([['digit', { v1: 80, v2: 20 }]]);

describe('compareSnapshots', () => {
  const services = compareSnapshots(
    snapshot(0, gateway(100, 0), { digit: digit(90) }),
    snapshot(10_000, gateway(300, 20), { digit: digit(190), gesture: undefined }),
    weights,
  );

  it('tells rates, failures and latencies of what came between', () => {
    const [{ task, state, requestsPerSecond, failed, p50, p95 }] = services as [(typeof services)[0]];
    expect({ task, state, requestsPerSecond, failed }).toEqual({ task: 'digit', state: 'not ready', requestsPerSecond: 20, failed: 0.1 });
    expect(p50).toBeCloseTo(0.01);
    expect(p95).toBeCloseTo(0.091);
  });

  it('tells what each version is and does', () => {
    expect(services[0]!.versions).toMatchObject([
      { version: 'v1', isReady: true, weight: 0.8, requestsPerSecond: 10, waiting: 3, driftAlarms: 2 },
      { version: 'v2', isReady: false, weight: 0.2, requestsPerSecond: 0, driftAlarms: 0, model: undefined },
    ]);
  });

  it('knows a service that does not answer, and one that began to count anew', () => {
    expect(services[1]).toMatchObject({ task: 'gesture', state: 'unreachable', versions: [] });
    const restarted = compareSnapshots(snapshot(0, '', { digit: digit(1000) }), snapshot(1000, '', { digit: digit(7) }), weights);
    expect(restarted[0]!.versions[0]!.requestsPerSecond).toBe(7);
    expect(restarted[0]).toMatchObject({ p50: undefined, failed: 0 });
  });
});

describe('renderStatus', () => {
  it('writes a page that asks nobody for anything, with what it is told escaped', () => {
    const services = compareSnapshots(snapshot(0, '', {}), snapshot(1000, gateway(300, 20), { digit: digit(190) }), weights);
    const page = renderStatus(services, { seconds: 1, refreshSeconds: 5 });
    expect(page).not.toMatch(/src=|https?:|<script|<link/);
    expect(page).toContain('<code>digit/v1@sha256:0123456789ab</code>');
    expect(page).toContain('<span class="bad">2 alarms</span>');
    expect(page).toContain('80 %');
  });
});
