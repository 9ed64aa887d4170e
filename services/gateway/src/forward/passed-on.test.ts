import { passedOn } from './passed-on.ts';

describe('passedOn', () => {
  it('leaves out what belongs to the connection', () => {
    const headers = {
      connection: 'keep-alive',
      'keep-alive': 'timeout=5',
      te: 'trailers',
      'transfer-encoding': 'chunked',
      'proxy-connection': 'x',
      host: 'x',
      a: 'b',
    };
    expect(passedOn(headers)).toEqual({ a: 'b' });
  });

  it.each<[string | string[], string[]]>([
    ['x-one', ['x-two', 'x-client-id', 'content-type']],
    ['X-One , x-two,,keep-alive', ['x-client-id', 'content-type']],
    [
      ['close', 'x-two'],
      ['x-one', 'x-client-id', 'content-type'],
    ],
    ['close, x-client-id, Content-Type', ['x-one', 'x-two', 'x-client-id', 'content-type']],
    ['__proto__, constructor', ['x-one', 'x-two', 'x-client-id', 'content-type']],
  ])('leaves out what Connection: %j names, but nothing that every recipient needs', (connection, left) => {
    expect(Object.keys(passedOn({ connection, 'x-one': '1', 'x-two': ['2', '3'], 'x-client-id': 'c', 'content-type': 't' }))).toEqual(left);
  });
});
