import { takeStreamCredential } from './stream-credential.ts';

describe('takeStreamCredential', () => {
  it.each([
    [
      'a key beside the protocol',
      { 'sec-websocket-protocol': 'facet.stream, facet.bearer.k' },
      { 'sec-websocket-protocol': 'facet.stream', authorization: 'Bearer k' },
    ],
    ['a key alone', { 'sec-websocket-protocol': 'facet.bearer.k' }, { authorization: 'Bearer k' }],
    [
      'a token, which has dots',
      { 'sec-websocket-protocol': 'facet.bearer.a.b-c.d,facet.stream' },
      { 'sec-websocket-protocol': 'facet.stream', authorization: 'Bearer a.b-c.d' },
    ],
    ['two of them', { 'sec-websocket-protocol': 'facet.bearer.k, facet.bearer.l' }, { authorization: 'Bearer k' }],
    ['none', { 'sec-websocket-protocol': 'facet.stream' }, { 'sec-websocket-protocol': 'facet.stream' }],
    ['an empty one', { 'sec-websocket-protocol': 'facet.bearer.' }, {}],
    ['a header that says more', { 'sec-websocket-protocol': 'facet.bearer.k', authorization: 'Bearer h' }, { authorization: 'Bearer h' }],
    ['a key in its header', { 'sec-websocket-protocol': 'facet.bearer.k', 'x-api-key': 'h' }, { 'x-api-key': 'h' }],
    ['nothing', {}, {}],
  ])('%s', (_what, headers: Record<string, string>, expected) => {
    takeStreamCredential(headers);
    expect(headers).toEqual(expected);
  });
});
