import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const text = (name: string): string => readFileSync(join(__dirname, name), 'utf8');
const page = text('../../../../docs/architecture.md');

/** The functions that are called in an expression, outermost first. */
function callsIn(source: string, declaration: RegExp): string[] {
  const expression = declaration.exec(source)?.[1] ?? '';
  return [...expression.matchAll(/\b([a-z][A-Za-z]*)(?=\(|\)+$)/g)].map(([, name]) => name!);
}

describe('docs/architecture.md', () => {
  it('names the policies in the order in which a request meets them', () => {
    const first = callsIn(text('enter.ts'), /return (authenticate[^;]+?), async/);
    const outer = callsIn(text('pipeline.ts'), /const answer = ([^;]+);/).filter((name) => name !== 'askPods');
    const inner = callsIn(text('ask.ts'), /export const askPods = ([^;]+);/);
    const listed = [...page.matchAll(/^\| \[(\w+)\]\(\S+\/pipeline\/[\w-]+\.ts\) \|/gm)].map(([, name]) => name);
    const all = [...first, ...outer, ...inner];
    expect(all.length).toBeGreaterThan(10);
    expect(listed).toEqual(all);
  });

  it('links to files that exist and define what they are linked for', () => {
    for (const [, name, path] of page.matchAll(/\[`?(\w+)`?\]\((\.\.\/[^)]+\.ts)\)/g)) {
      const source = text(join('../../../../docs', path!));
      if (/^[A-Z]|[a-z][A-Z]/.test(name!) || path!.includes('/pipeline/')) expect(source).toMatch(new RegExp(`\\b${name}\\b`));
    }
  });
});
