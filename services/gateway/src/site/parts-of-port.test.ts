import { partsOfPort } from './parts-of-port.ts';

const page =
  '<a href="./">Home</a><!-- public --><a href="maze">Maze</a><!-- /public --><!-- operations --><a href="label">Label</a><!-- /operations --><p><!-- status --></p>';

describe('the parts of a page for a port', () => {
  it('leave out links to operations on the public port', () => {
    const html = partsOfPort(page, 'public');
    expect(html).toContain('href="maze"');
    expect(html).not.toContain('href="label"');
    expect(html).toContain('href="./"');
  });

  it('leave out links to public pages on the operations port', () => {
    const html = partsOfPort(page, 'operations');
    expect(html).not.toContain('href="maze"');
    expect(html).toContain('href="label"');
    expect(html).toContain('<a href="status">Home</a>');
  });

  it('keep what is outside of the marked parts, each of which ends by itself', () => {
    expect(partsOfPort(`${page}a${page}`, 'public').match(/<!-- status -->/g)).toHaveLength(2);
    expect(partsOfPort(`${page}a${page}`, 'public')).toContain('</p>a<a');
  });
});
