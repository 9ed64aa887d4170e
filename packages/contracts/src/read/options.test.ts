import { Problem } from '@facet/problem';
import { z } from 'zod';
import { fromTexts, optionsOf } from './options.ts';

const schema = z.object({ share: z.number().max(1).default(0.5), flag: z.boolean().optional() });
const query = (text: string) => optionsOf(schema, fromTexts(new URLSearchParams(text)));

describe('options', () => {
  it.each([
    ['share=0.25&flag=true', { share: 0.25, flag: true }],
    ['share=1e-1', { share: 0.1 }],
    ['share=.5', { share: 0.5 }],
    ['', { share: 0.5 }],
  ])('of the query %s', (text, expected) => expect(query(text)).toEqual(expected));

  it.each(['share=', 'share=half', 'share=%200.5', 'share=0.1&share=0.2', 'flag=1', 'flag=TRUE', 'flag=true&flag=maybe'])('refuses the query %s', (text) =>
    expect(() => query(text)).toThrow(Problem),
  );

  it.each([{ share: '0.5' }, { share: '' }, { share: null }, { flag: 'true' }])('refuses text where JSON has its own words: %j', (given) =>
    expect(() => optionsOf(schema, given)).toThrow(Problem),
  );

  it('refuses options that there are not, and names those that there are', () => {
    expect(() => query('share=.5&other=x')).toThrow('other: unknown option; the options are share, flag');
    expect(optionsOf(z.object({}), { other: 1 })).toEqual({});
    expect(optionsOf(schema, { flag: true }, { share: 0.1, version: 'v1' })).toEqual({ share: 0.1, flag: true });
  });

  it.each(['confidence', 'conf', 'confidence_threshold'])('takes %s for conf_threshold, unless that is given too', (name) => {
    const detection = z.object({ conf_threshold: z.number().default(0.25) });
    expect(optionsOf(detection, { [name]: 0.6 }, { conf_threshold: 0.25 })).toEqual({ conf_threshold: 0.6 });
    expect(optionsOf(detection, { [name]: 0.6, conf_threshold: 0.7 })).toEqual({ conf_threshold: 0.7 });
  });

  it('says which fields are wrong', () => {
    expect(() => optionsOf(schema, { share: 2, flag: 1 })).toThrow(/share: .*; flag: /);
  });

  it('is not fooled by names of objects', () => {
    expect(fromTexts([['__proto__', 'true']])).toEqual(Object.fromEntries([['__proto__', true]]));
  });
});
