/** Keys for labels that are no single character themselves, in the order of the labels. The page itself uses z, x and c. */
const keyRow = '1234567890qwertyuiopasdfghjklvbnm';

/** The key that chooses each label, as far as keys go. */
export function keysOf(labels: readonly string[]): ReadonlyMap<string, string> {
  const areKeys = labels.every((label) => label.length === 1);
  return new Map(labels.slice(0, keyRow.length).map((label, index) => [areKeys ? label : keyRow[index]!, label]));
}

/** Fills a group with a button for each label, and a field that finds one where there are more labels than keys. */
export function showChoices(group: HTMLElement, labels: readonly string[], choose: (label: string) => void): void {
  const keys = new Map([...keysOf(labels)].map(([key, label]) => [label, key]));
  const buttons = labels.map((label) => choiceOf(label, keys.get(label), choose));
  group.replaceChildren(...(labels.length > keyRow.length ? [finderOf(buttons)] : []), ...buttons);
  group.classList.toggle(
    'digits',
    labels.every((label) => label.length === 1),
  );
}

function choiceOf(label: string, key: string | undefined, choose: (label: string) => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.dataset['label'] = label;
  button.append(label.replaceAll('_', ' '));
  if (key !== undefined && key !== label) {
    const hint = document.createElement('kbd');
    hint.textContent = key;
    button.append(hint);
  }
  button.addEventListener('click', () => choose(label));
  return button;
}

/** Hides the labels that lack what is typed; Enter chooses the first of the others. */
function finderOf(buttons: readonly HTMLButtonElement[]): HTMLInputElement {
  const finder = document.createElement('input');
  Object.assign(finder, { type: 'search', className: 'find', placeholder: 'Find a label', autocomplete: 'off' });
  finder.setAttribute('aria-label', 'Find a label');
  finder.addEventListener('input', () => {
    const typed = finder.value.trim().toLowerCase();
    for (const button of buttons) button.hidden = !button.dataset['label']!.toLowerCase().replaceAll('_', ' ').includes(typed);
  });
  finder.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || finder.value.trim() === '') return;
    event.preventDefault();
    buttons.find(({ hidden }) => !hidden)?.click();
    // For the next one, where a picture has several.
    finder.select();
  });
  return finder;
}
