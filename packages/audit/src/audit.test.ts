import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runAudit } from './run-audit.ts';
import { findRecords, FolderSink, Ledger, verifyLines, type AuditEvent, type AuditSink } from './index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-'));
});
afterEach(() => rm(folder, { recursive: true }));

const quiet = { maxWaitingBytes: 1e6, onWritten: () => undefined, onLost: () => undefined, onHealth: () => undefined, gatherMs: 1 };
const file = () => join(folder, '2026-11-21.jsonl');
const sinkOn = (day: string) => new FolderSink(folder, () => day);

function prediction(id: string): AuditEvent {
  return { at: '2026-11-21T12:00:00.000Z', kind: 'prediction', request_id: id, answer: { digit: 7 }, personal: { user: 'ann', input: 'aGFsbG8=' } };
}

async function write(ids: readonly string[], day = '2026-11-21'): Promise<void> {
  const ledger = await Ledger.open({ ...quiet, sink: sinkOn(day) }, { task: 'digit' });
  ledger.append(ids.map(prediction));
  await ledger.close(5000);
}

const text = () => readFile(file(), 'utf8');

/** An edit by someone who knows how records are hashed: the line is right by itself, and only the next one's link gives it away. */
function rehashed(line: string): string {
  const { record, personal } = JSON.parse(line) as { record: object; personal: object };
  const edited = JSON.stringify({ ...record, answer: { digit: 1 } });
  return `{"record":${edited},"personal":${JSON.stringify(personal)},"hash":"${createHash('sha256').update(edited).digest('hex')}"}`;
}

describe('a chain of records', () => {
  it('verifies, over restarts and days', async () => {
    await write(['a', 'b']);
    await write(['c']);
    await write(['d'], '2026-11-22');
    const both = (await text()) + (await readFile(join(folder, '2026-11-22.jsonl'), 'utf8'));
    expect(verifyLines(both)).toMatchObject({ records: 7, torn: false, chains: [{ from: 0, to: 6 }] });
    expect(verifyLines(both).broken).toBeUndefined();
  });

  it('hashes as it says: whoever has SHA-256 can check it', async () => {
    await write(['a']);
    const line = (await text()).split('\n')[1]!;
    const inner = /^\{"record":(.*?\}),"personal":(.*),"hash":"(\w+)"\}$/.exec(line)!;
    expect(createHash('sha256').update(inner[1]!).digest('hex')).toBe(inner[3]);
    expect(JSON.parse(inner[1]!)).toMatchObject({ personal_hash: createHash('sha256').update(inner[2]!).digest('hex'), seq: 1 });
  });

  const tamperings: readonly [string, (lines: string[]) => string[], { line: number; why: string }][] = [
    ['an edited record', (lines) => lines.with(2, lines[2]!.replace('"digit":7', '"digit":1')), { line: 3, why: 'was edited' }],
    ['an edited personal part', (lines) => lines.with(2, lines[2]!.replace('"user":"ann"', '"user":"bob"')), { line: 3, why: 'personal part' }],
    ['a personal part that was cut out', (lines) => lines.with(2, lines[2]!.replace(/,"personal":\{.*?\}/, '')), { line: 3, why: 'cut out' }],
    ['a removed record', (lines) => lines.toSpliced(2, 1), { line: 3, why: 'records 2 to 2' }],
    ['two swapped records', (lines) => lines.with(2, lines[3]!).with(3, lines[2]!), { line: 3, why: 'missing before record 3' }],
    ['a repeated record', (lines) => lines.toSpliced(2, 0, lines[1]!), { line: 3, why: 'does not follow' }],
    ['a record that was edited and hashed anew', (lines) => lines.with(2, rehashed(lines[2]!)), { line: 4, why: 'does not follow' }],
    ['a record of one more', (lines) => lines.with(2, 'nonsense'), { line: 3, why: 'not a record' }],
  ];
  it.each(tamperings)('shows %s', async (_, tamper, { line, why }) => {
    await write(['a', 'b', 'c']);
    const lines = (await text()).trimEnd().split('\n');
    const { broken } = verifyLines(`${tamper(lines).join('\n')}\n`);
    expect(broken).toEqual({ line, why: expect.stringContaining(why) });
  });

  it('shows an end that was cut off to who noted it elsewhere', async () => {
    const ledger = await Ledger.open({ ...quiet, sink: sinkOn('2026-11-21') }, {});
    ledger.append([prediction('a'), prediction('b')]);
    const { head } = ledger;
    await ledger.close(5000);
    expect(verifyLines(await text()).chains[0]).toMatchObject({ to: head.seq, hash: head.hash });
  });

  it('heals a write that was cut off, and says so in the chain', async () => {
    await write(['a', 'b']);
    const whole = (await text()).length;
    const piece = '{"record":{"chain":"torn';
    await appendFile(file(), piece);
    expect(verifyLines(await text())).toMatchObject({ records: 3, torn: true });
    await write(['c']);
    const healed = verifyLines(await text());
    expect(healed).toMatchObject({ records: 6, torn: false });
    expect(healed.broken).toBeUndefined();
    expect(JSON.parse((await text()).slice(whole).split('\n')[0]!)).toMatchObject({ record: { kind: 'healed', torn_bytes: piece.length } });
  });

  it('heals a file of nothing but a piece', async () => {
    await write(['a']);
    await truncate(file(), 10);
    await write(['b']);
    expect(verifyLines(await text())).toMatchObject({ records: 2, torn: false });
  });

  it('forgets the personal parts of days that have passed, and still verifies', async () => {
    await write(['a', 'b']);
    await write(['c'], '2026-11-22');
    await sinkOn('2026-11-22').forget(new Date('2026-11-22T10:00:00Z'));
    expect(await text()).not.toContain('ann');
    expect(await readFile(join(folder, '2026-11-22.jsonl'), 'utf8')).toContain('ann');
    const both = (await text()) + (await readFile(join(folder, '2026-11-22.jsonl'), 'utf8'));
    expect(verifyLines(both).broken).toBeUndefined();
    expect(verifyLines(both).records).toBe(5);
  });

  it('waits while its sink fails, loses what is too much, and says how many', async () => {
    const lines: string[] = [];
    let isFull = true;
    const sink: AuditSink = {
      location: 'memory',
      open: () => Promise.resolve(undefined),
      append: (given) => (isFull ? Promise.reject(new Error('ENOSPC')) : Promise.resolve(void lines.push(...given))),
      forget: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    let lost = 0;
    const ledger = await Ledger.open({ ...quiet, sink, maxWaitingBytes: 2000, onLost: () => (lost += 1) }, {});
    ledger.append(Array.from({ length: 50 }, (_, index) => prediction(`r${index}`)));
    expect(lost).toBeGreaterThan(30);
    isFull = false;
    while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    ledger.append([prediction('later')]);
    await ledger.close(5000);
    expect(verifyLines(`${lines.join('\n')}\n`).broken).toBeUndefined();
    expect(lines.map((line) => (JSON.parse(line) as { record: AuditEvent }).record).find(({ kind }) => kind === 'lost')).toMatchObject({ events: lost });
  });
});

describe('audit, the command', () => {
  const run = async (...args: string[]) => {
    const printed: string[] = [];
    return { code: await runAudit(args, (line) => printed.push(line)), printed: printed.join('\n') };
  };

  it('does not call nothing well', async () => {
    expect(await run('verify', folder)).toEqual({ code: 1, printed: 'there is no record in what was given' });
  });

  it('says that all is well, or which line of which file is not', async () => {
    await write(['a', 'b']);
    await write(['c'], '2026-11-22');
    expect(await run('verify', folder)).toMatchObject({ code: 0, printed: expect.stringContaining('ok: 5 records') });
    const second = join(folder, '2026-11-22.jsonl');
    await writeFile(second, (await readFile(second, 'utf8')).replace('"digit":7', '"digit":2'));
    expect(await run('verify', folder)).toMatchObject({ code: 1, printed: expect.stringContaining('2026-11-22.jsonl, line 2') });
  });

  it('finds the records of a request, items of a batch included', async () => {
    await write(['a', 'b', 'b.0', 'b.1', 'bb']);
    expect(findRecords(await text(), 'b')).toHaveLength(3);
    expect((await run('find', 'bb', folder)).printed).toContain('"request_id":"bb"');
    expect((await run('find', 'nobody', folder)).code).toBe(1);
    expect((await run('verify')).code).toBe(2);
  });
});
