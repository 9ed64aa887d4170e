import { Endpoint, podBreaker } from './endpoint.ts';

describe('a pod whose breaker is half open', () => {
  const pod = new Endpoint('http://127.0.0.1:9', { httpClient: 'node', connections: 1, connectTimeoutMs: 1000, maxAgeMs: 60_000 });
  afterAll(() => pod.close());

  it('is sent one request, and no other until that is answered', () => {
    expect(pod.isUsable(0)).toBe(true);
    pod.breaker.fail(0, true);
    expect(pod.isUsable(0)).toBe(false);
    const over = podBreaker.floorMs * 2;
    expect(pod.isUsable(over)).toBe(true);
    pod.inFlight = 1;
    expect(pod.isUsable(over)).toBe(false);
    pod.breaker.succeed(over);
    expect(pod.isUsable(over)).toBe(true);
    pod.inFlight = 0;
  });
});
