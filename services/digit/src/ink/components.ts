/** A part of a picture: its first and last column and row. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Pixels that hang together. */
export interface Component extends Box {
  /** Its pixels are those from `start` to before `end` of the list. */
  readonly start: number;
  readonly end: number;
  readonly area: number;
  readonly touchesEdge: boolean;
}

export interface Components {
  /** Indices of pixels, component by component. */
  readonly pixels: Int32Array;
  readonly components: readonly Component[];
}

/**
 * Finds what hangs together, 8-connected.
 *
 * @param isOpen 1 at the pixels that count, width * height; used up
 */
export function connect(isOpen: Uint8Array, width: number, height: number): Components {
  let count = 0;
  for (let i = 0; i < isOpen.length; i++) count += isOpen[i]!;
  const pixels = new Int32Array(count);
  const components: Component[] = [];
  let end = 0;
  for (let seed = 0; end < count; seed++) {
    if (!isOpen[seed]) continue;
    const start = end;
    let left = width;
    let right = 0;
    let top = height;
    let bottom = 0;
    isOpen[seed] = 0;
    pixels[end++] = seed;
    for (let next = start; next < end; next++) {
      const at = pixels[next]!;
      const y = (at / width) | 0;
      const x = at - y * width;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
      const toX = x < width - 1 ? 1 : 0;
      const toY = y < height - 1 ? 1 : 0;
      for (let dy = y > 0 ? -1 : 0; dy <= toY; dy++) {
        for (let dx = x > 0 ? -1 : 0; dx <= toX; dx++) {
          const neighbour = at + dy * width + dx;
          if (!isOpen[neighbour]) continue;
          isOpen[neighbour] = 0;
          pixels[end++] = neighbour;
        }
      }
    }
    components.push({
      start,
      end,
      area: end - start,
      left,
      top,
      right,
      bottom,
      touchesEdge: left === 0 || top === 0 || right === width - 1 || bottom === height - 1,
    });
  }
  return { pixels, components };
}

/** The smallest box around some. */
export function around(boxes: readonly Box[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  for (const box of boxes) {
    left = Math.min(left, box.left);
    top = Math.min(top, box.top);
    right = Math.max(right, box.right);
    bottom = Math.max(bottom, box.bottom);
  }
  return { left, top, right, bottom };
}
