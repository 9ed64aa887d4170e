import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripElf } from './strip-elf.ts';

const script =
  "const { createHash } = require('node:crypto'); console.log(new Intl.NumberFormat('de').format(1234.5), createHash('sha256').update('x').digest('hex'))";

test('node without its symbols is smaller and does the same', () => {
  const whole = readFileSync(realpathSync(process.execPath));
  const stripped = stripElf(whole);
  expect(stripped.length).toBeLessThan(whole.length * 0.9);

  const folder = mkdtempSync(join(tmpdir(), 'strip-elf-'));
  try {
    const program = join(folder, 'node');
    writeFileSync(program, stripped, { mode: 0o755 });
    expect(execFileSync(program, ['-e', script], { encoding: 'utf8' })).toBe(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }));
    // What is stripped already stays as it is.
    expect(stripElf(stripped).equals(stripped)).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('anything else is refused', () => {
  expect(() => stripElf(Buffer.from('#!/bin/sh\n'.padEnd(100)))).toThrow('not a 64-bit little-endian ELF file');
});
