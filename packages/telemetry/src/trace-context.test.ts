import { continueTrace, formatTraceparent } from './trace-context.ts';

const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('continueTrace', () => {
  it('goes on with the caller, under a span of its own', () => {
    const trace = continueTrace(parent, 'vendor=1');
    expect(trace).toMatchObject({ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', parentSpanId: '00f067aa0ba902b7', sampled: true, state: 'vendor=1' });
    expect(trace.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(trace.spanId).not.toBe(trace.parentSpanId);
    expect(formatTraceparent(trace)).toBe(`00-${trace.traceId}-${trace.spanId}-01`);
  });

  it.each([undefined, '', 'nonsense', parent.replace('4bf9', 'XXXX'), `ff${parent.slice(2)}`, `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`])(
    'begins anew for %s',
    (header) => {
      const trace = continueTrace(header);
      expect(trace.parentSpanId).toBeUndefined();
      expect(trace.traceId).toMatch(/^[0-9a-f]{32}$/);
    },
  );

  it('respects that the caller does not sample', () => {
    expect(continueTrace(parent.replace(/01$/, '00')).sampled).toBe(false);
  });

  it('draws different ids', () => {
    expect(new Set(Array.from({ length: 1000 }, () => continueTrace().traceId)).size).toBe(1000);
  });
});
