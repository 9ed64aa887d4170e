/** Keys for labels that are no single character themselves, in the order of the labels. */
const keyRow = '1234567890qwertyuiopasdfghjklvbnm';

/** The key that chooses each label, as far as keys go. */
export function keysOf(labels: readonly string[]): ReadonlyMap<string, string> {
  const areKeys = labels.every((label) => label.length === 1);
  return new Map(labels.slice(0, keyRow.length).map((label, index) => [areKeys ? label : keyRow[index]!, label]));
}

/** Fills a group with a button for each label. */
export function showChoices(group: HTMLElement, labels: readonly string[], choose: (label: string) => void): void {
  group.replaceChildren(
    ...[...keysOf(labels)].map(([key, label]) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.dataset['label'] = label;
      button.append(label.replaceAll('_', ' '));
      if (key !== label) {
        const hint = document.createElement('kbd');
        hint.textContent = key;
        button.append(hint);
      }
      button.addEventListener('click', () => choose(label));
      return button;
    }),
  );
  group.classList.toggle(
    'digits',
    labels.every((label) => label.length === 1),
  );
}
