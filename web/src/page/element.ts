/**
 * The element of that id, which the page's HTML has.
 *
 * @throws {Error} when it has not, or it is of another kind
 */
export function element<T extends Element>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} #${id}`);
  return found;
}

/** Shows one sentence; an error stands out. */
export function say(where: HTMLElement, text: string, isBad = false): void {
  where.textContent = text;
  where.classList.toggle('bad', isBad);
}
