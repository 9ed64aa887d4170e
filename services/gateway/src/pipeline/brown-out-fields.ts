import { field, list, milliseconds, text } from '@facet/config';

const ways = ['stale', 'version'] as const;
export type BrownOutWay = (typeof ways)[number];

/** What predictions that would be refused are answered with instead. Off unless asked for: whoever gets it must know to look for the header. */
export const brownOutFields = {
  brownOut: field({
    env: 'BROWN_OUT',
    schema: list(ways),
    doc: 'Graceful degradation when a service is overloaded or unavailable: serve stale responses older than `CACHE_TTL` (`stale`), or fall back to another version (`version`), in the order listed, such as `stale,version`. The response has the header `x-brown-out`.',
  }),
  brownOutVersion: field({
    env: 'BROWN_OUT_VERSION',
    schema: text(),
    fallback: 'v1',
    doc: 'Fallback version of `BROWN_OUT`, for requests that do not select a version. Choose the cheapest model.',
  }),
  brownOutStaleMs: field({
    env: 'BROWN_OUT_STALE',
    schema: milliseconds({ min: 0 }),
    fallback: '60m',
    doc: 'Maximum age of stale responses beyond `CACHE_TTL`.',
  }),
};
