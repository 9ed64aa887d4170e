import { spawnService } from '@facet/testkit';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import request from 'supertest';

interface Span {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
}

interface Export {
  resourceSpans: { resource: { attributes: { key: string; value: { stringValue?: string } }[] }; scopeSpans: { spans: Span[] }[] }[];
}

const hand = JSON.parse(readFileSync(join(__dirname, '../../../examples/hand.json'), 'utf8')) as object;
const parent = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };

describe('traces', () => {
  it('reach an OTLP collector as one trace: the gateway above the service above its stages', async () => {
    const exports: Export[] = [];
    const collector = createServer((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('end', () => {
        exports.push(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Export);
        response.setHeader('content-type', 'application/json').end('{}');
      });
    }).listen(0, '127.0.0.1');
    await once(collector, 'listening');
    const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;

    const gesture = await spawnService('gesture', { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
    const gateway = await spawnService('gateway', { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, GESTURE_URL: gesture.url });
    await request(gateway.url).post('/gesture/v1/predict').set('traceparent', `00-${parent.traceId}-${parent.spanId}-01`).send(hand).expect(200);
    await request(gateway.url)
      .post('/gesture/v1/predict')
      .set('traceparent', `00-${parent.traceId.replaceAll('4', '5')}-${parent.spanId}-00`)
      .send(hand)
      .expect(200);
    await gateway.stop();
    await gesture.stop();
    collector.close();

    const spans = exports.flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap(({ resource, scopeSpans }) => {
        const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue;
        return scopeSpans.flatMap(({ spans: inScope }) => inScope.map((span) => ({ ...span, service })));
      }),
    );
    // The second caller asked not to be sampled.
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([parent.traceId]));
    const front = spans.find(({ service, name }) => service === 'facet-gateway' && name.startsWith('POST'))!;
    const back = spans.find(({ service, name }) => service === 'facet-gesture' && name.startsWith('POST'))!;
    expect(front.parentSpanId).toBe(parent.spanId);
    expect(back.parentSpanId).toBe(front.spanId);
    expect(spans.filter(({ parentSpanId }) => parentSpanId === front.spanId).map(({ name }) => name)).toEqual(expect.arrayContaining(['receive', 'forward']));
    const stages = spans.filter(({ parentSpanId }) => parentSpanId === back.spanId);
    expect(stages.map(({ name }) => name)).toEqual(['receive', 'preprocess', 'queue', 'infer', 'postprocess']);
    for (const { startTimeUnixNano, endTimeUnixNano } of stages) expect(BigInt(endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(startTimeUnixNano));

    // Whoever reads a log line finds the trace, and the other way round.
    for (const { log } of [gateway, gesture])
      expect(log.filter(({ msg, method }) => msg === 'request' && method === 'POST').map(({ trace }) => trace)).toEqual([
        parent.traceId,
        parent.traceId.replaceAll('4', '5'),
      ]);
  });
});
