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

/** Shows one sentence; an error stands out. What is there already is not set again, for it would be read out again. */
export function say(where: HTMLElement, text: string, isBad = false): void {
  if (where.textContent !== text) where.textContent = text;
  where.classList.toggle('bad', isBad);
}
