import { PlaceLedger } from './place-ledger.ts';

describe('PlaceLedger', () => {
  it('counts a caller over all processes, and gives each place back once', () => {
    const ledger = new PlaceLedger();
    expect([ledger.take(1, 0, 'a', 2), ledger.take(2, 0, 'a', 2), ledger.take(1, 1, 'a', 2), ledger.take(1, 2, 'b', 2)]).toEqual([true, true, false, true]);
    ledger.giveBack(2, 0);
    ledger.giveBack(2, 0);
    // It was refused, and its late reply makes the process give it back all the same.
    ledger.giveBack(1, 1);
    expect(ledger.of('a')).toBe(1);
  });

  it('gives back what a process held that has ended, and nothing to what it sent before its end', () => {
    const ledger = new PlaceLedger();
    for (let id = 0; id < 3; id += 1) ledger.take(1, id, 'a', 4);
    ledger.take(2, 0, 'a', 4);
    ledger.giveBackAll(1);
    expect(ledger.of('a')).toBe(1);
    expect(ledger.take(1, 3, 'a', 4)).toBe(false);
    ledger.giveBack(1, 0);
    expect(ledger.of('a')).toBe(1);
  });
});
