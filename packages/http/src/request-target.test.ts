import { readTarget } from './request-target.ts';

describe('readTarget', () => {
  it.each([
    ['/', '/', '', false],
    ['/digit/predict', '/digit/predict', '', false],
    ['/digit/predict/', '/digit/predict', '', true],
    ['/digit/predict/?a=1', '/digit/predict', '?a=1', true],
    ['/digit/predict?a=/../b\\c', '/digit/predict', '?a=/../b\\c', false],
    ['/samples/v1.2026-01-02.a:b/input', '/samples/v1.2026-01-02.a:b/input', '', false],
    ['/a/...', '/a/...', '', false],
    ['/a/.b/..c', '/a/.b/..c', '', false],
    ['/caf%C3%A9', '/caf%C3%A9', '', false],
    ['/?', '/', '?', false],
  ])('%s has one reading', (target, path, query, hasTrailingSlash) => expect(readTarget(target)).toEqual({ path, query, hasTrailingSlash }));

  it.each([
    '',
    '*',
    'host:443',
    'http://host/digit/predict',
    'digit/predict',
    '/digit/predict#',
    '/digit/predict?a#b',
    '//',
    '//digit/predict',
    '/digit//predict',
    '/digit/predict//',
    '/digit\\predict',
    '/digit/./predict',
    '/digit/../digit/predict',
    '/..',
    '/.',
    '/../?a',
    '/digit/%2e%2E/x',
    '/digit/.%2e',
    '/digit%2fpredict',
    '/digit%2Fpredict',
    '/digit%5cpredict',
    '/digit/%00',
    '/digit/%0d%0a',
    '/digit/%7f',
    '/digit/%zz',
    '/digit/%',
    '/digit/%E0%A4%A',
    '/digit/\u00e9',
    '/digit/ x',
    '/digit/?a b',
    '/digit/\u0000',
  ])('%j is refused with a sentence', (target) => expect(readTarget(target)).toMatch(/^The .+\.$/));

  it('reads what encodeURIComponent writes, whatever it was given', () => {
    for (const name of ['a b', 'ä', '100%', 'a?b', 'a#b', '💡']) expect(readTarget(`/x/${encodeURIComponent(name)}`)).toHaveProperty('path');
    for (const name of ['a/b', 'a\\b', '..', 'a\nb']) expect(typeof readTarget(`/x/${encodeURIComponent(name)}`)).toBe('string');
  });
});
