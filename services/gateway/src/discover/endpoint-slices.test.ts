import { endpointsOf, type EndpointSlice } from './endpoint-slices.ts';

type Endpoints = EndpointSlice['endpoints'];

function slice(endpoints: Endpoints, rest: Partial<EndpointSlice> = {}): EndpointSlice {
  return { addressType: 'IPv4', metadata: { name: 'digit-abc' }, ports: [{ name: 'http', port: 8080 }], endpoints, ...rest } as EndpointSlice;
}

describe('endpointsOf', () => {
  it('takes what is ready for requests, and keeps apart what serves still', () => {
    const conditions = [
      { ready: true, serving: true, terminating: false },
      {},
      { ready: null, serving: null, terminating: null },
      { ready: false, serving: true, terminating: true },
      { ready: false, serving: false, terminating: true },
      { ready: false, serving: false, terminating: false },
      // A Service that publishes addresses before they are ready says so of terminating ones too.
      { ready: true, serving: true, terminating: true },
    ];
    const states = endpointsOf([slice(conditions.map((each, index) => ({ addresses: [`10.0.0.${index}`], conditions: each })))], 'http:');
    expect([...states.values()]).toEqual(['ready', 'ready', 'ready', 'serving', 'unready', 'unready', 'serving']);
    expect([...states.keys()][0]).toBe('http://10.0.0.0:8080');
  });

  it('finds the port by its name, or takes the only one', () => {
    const of = (ports: EndpointSlice['ports']) => [...endpointsOf([slice([{ addresses: ['10.0.0.1'] }], { ports } as Partial<EndpointSlice>)], 'http:').keys()];
    expect(
      of([
        { name: 'metrics', port: 9090 },
        { name: 'http', port: 8080 },
      ]),
    ).toEqual(['http://10.0.0.1:8080']);
    expect(of([{ name: '', port: 81 }])).toEqual(['http://10.0.0.1:81']);
    expect(
      of([
        { name: 'a', port: 1 },
        { name: 'b', port: 2 },
      ]),
    ).toEqual([]);
    expect(of(null)).toEqual([]);
  });

  it('joins the slices of one Service, the better word first, and writes IPv6 as URLs do', () => {
    const states = endpointsOf(
      [
        slice([{ addresses: ['10.0.0.1'], conditions: { ready: false, serving: true } }]),
        slice([{ addresses: ['10.0.0.1'] }, { addresses: ['10.0.0.2'] }]),
        slice([{ addresses: ['fd00::1'] }], { addressType: 'IPv6' }),
        slice(null),
      ],
      'https:',
    );
    expect(Object.fromEntries(states)).toEqual({ 'https://10.0.0.1:8080': 'ready', 'https://10.0.0.2:8080': 'ready', 'https://[fd00::1]:8080': 'ready' });
  });
});
