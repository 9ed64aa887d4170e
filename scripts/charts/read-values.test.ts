import { readValues } from './read-values.ts';

const source = `# Not a value's comment.

exports:
  pods:
    # -- How many.
    replicas: 2
    # Sized by
    # -- the limit.
    resources:
      limits: { cpu: '1' }
    drain:
      # -- Seconds.
      delaySeconds: 5
    list:
      - { a: 1 }
    empty: {}
`;

describe('readValues', () => {
  it('lists values in their order, with comments and defaults', () => {
    expect(readValues(source, ['exports', 'pods'])).toEqual([
      { path: 'replicas', fallback: '2', doc: 'How many.' },
      { path: 'resources', fallback: undefined, doc: 'Sized by the limit.' },
      { path: 'resources.limits', fallback: '{"cpu":"1"}', doc: '' },
      { path: 'drain.delaySeconds', fallback: '5', doc: 'Seconds.' },
      { path: 'list', fallback: '[{"a":1}]', doc: '' },
      { path: 'empty', fallback: '{}', doc: '' },
    ]);
  });

  it('says when there is nothing', () => {
    expect(() => readValues(source, ['exports', 'nothing'])).toThrow('there are no values below exports.nothing');
  });
});
