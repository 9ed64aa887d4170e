import { field, list, milliseconds, text } from '@facet/config';

const ways = ['stale', 'version'] as const;
export type BrownOutWay = (typeof ways)[number];

/** What predictions that would be refused are answered with instead. Off unless asked for: whoever gets it must know to look for the header. */
export const brownOutFields = {
  brownOut: field({
    env: 'BROWN_OUT',
    schema: list(ways),
    doc: 'When a service has too much to do or is gone, answer from the cache although it is older than `CACHE_TTL` (`stale`), or from another version (`version`), whichever comes first in this list, such as `stale,version`. `x-brown-out` says so in the answer.',
  }),
  brownOutVersion: field({
    env: 'BROWN_OUT_VERSION',
    schema: text(),
    fallback: 'v1',
    doc: 'That version, the lighter one; it is asked where the caller left the version open.',
  }),
  brownOutStaleMs: field({
    env: 'BROWN_OUT_STALE',
    schema: milliseconds({ min: 0 }),
    fallback: '60m',
    doc: 'How much older than `CACHE_TTL` an answer may be.',
  }),
};
