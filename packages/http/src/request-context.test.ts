import type { IncomingMessage, ServerResponse } from 'node:http';
import { BodyBudget } from './receive/body-budget.ts';
import { RequestContext } from './request-context.ts';

const limits = { deadlineMs: 10_000, deadlineMaxMs: 60_000 };

function timeOf(header?: string): number {
  const request = { headers: header === undefined ? {} : { 'x-request-timeout-ms': header } } as unknown as IncomingMessage;
  const context = new RequestContext(request, {} as ServerResponse, limits, new BodyBudget(1024));
  return Math.round(context.deadlineAt - context.clock.startedAt);
}

describe('the deadline of a request', () => {
  it.each([
    ['without a header', undefined, 10_000],
    ['that is shorter', '250', 250],
    ['at once', '0', 0],
    ['that is longer, within the limit', '45000', 45_000],
    ['over the limit', '60001', 60_000],
    ['without end', 'Infinity', 60_000],
    ['far over the limit', '1e300', 60_000],
    ['before now', '-1', 10_000],
    ['that is no number', 'soon', 10_000],
    ['of nothing', ' ', 10_000],
  ])('%s', (_what, header, expected) => expect(timeOf(header)).toBe(expected));
});
