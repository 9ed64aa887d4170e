import { seeded } from '@facet/testkit';
import { allowedDifferences } from './allowed-differences.ts';
import { compareReadings } from './compare-readings.ts';
import { AnswerMaker } from './make-answer.ts';
import { readWithNode, readWithOwn } from './readers.ts';

// `.ci/fuzz` sets them; both are said where a difference is found.
const cases = Number(process.env['ANSWER_FUZZ_CASES'] ?? 3000);
const seed = Number(process.env['FUZZ_SEED'] ?? 1);

jest.setTimeout(600_000);

describe('the parser of answers', () => {
  it(`reads ${cases} answers as llhttp does, or refuses them for a reason that is listed`, async () => {
    const maker = new AnswerMaker(seeded(seed));
    const found = new Map<string, string>();
    let readByBoth = 0;
    for (let made = 0; made < cases; made += 1) {
      const sent = maker.make();
      const [own, node] = [readWithOwn(sent), await readWithNode(sent)];
      if (own.refused === undefined && node.refused === undefined) readByBoth += 1;
      const difference = compareReadings(own, node);
      if (difference === undefined || Object.hasOwn(allowedDifferences, difference) || found.has(difference)) continue;
      found.set(difference, `case ${made} of seed ${seed}, ${sent.method}: ${JSON.stringify(Buffer.concat(sent.pieces).toString('latin1'))}`);
    }
    expect(Object.fromEntries(found)).toEqual({});
    // Enough of them are right for this to say something.
    expect(readByBoth).toBeGreaterThan(cases / 4);
  });

  it('is compared in all that matters', () => {
    const read = { status: 200, headers: { a: ['1'] }, body: 'x', keeps: false };
    expect(compareReadings(read, read)).toBeUndefined();
    expect(compareReadings(read, { refused: 'HPE_X' })).toBe('laxer: HPE_X');
    expect(compareReadings({ refused: 'x' }, { refused: 'HPE_X' })).toBeUndefined();
    expect(compareReadings(read, { ...read, status: 201 })).toBe('another status');
    expect(compareReadings(read, { ...read, body: 'y' })).toBe('another body');
    expect(compareReadings(read, { ...read, headers: { a: ['1', '2'] } })).toBe('other headers');
    expect(compareReadings({ ...read, keeps: true }, read)).toBe('keeps the connection');
  });
});
