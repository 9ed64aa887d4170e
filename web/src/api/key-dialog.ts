/** What a person chose: a key, to go without the one there is, or neither. */
export type KeyChoice = { readonly key: string } | 'forget' | 'later';

const form = `
<form class="stack">
  <h2>This host asks for a key</h2>
  <p class="muted"></p>
  <label class="stack field">API key or token
    <input type="password" name="key" required autocomplete="off" spellcheck="false" autocapitalize="off" />
  </label>
  <div class="row">
    <button class="primary" type="submit">Use this key</button>
    <button type="button" value="later">Not now</button>
    <button type="button" value="forget">Forget the key</button>
  </div>
  <p class="muted small">It stays in this tab until you close it, and goes to this host alone.</p>
</form>`;

/**
 * Shows what the host says and takes a key.
 *
 * @param mayForget whether there is one to forget
 */
export function promptForKey(why: string, mayForget: boolean): Promise<KeyChoice> {
  const dialog = document.createElement('dialog');
  dialog.className = 'card';
  dialog.setAttribute('aria-label', 'API key');
  dialog.innerHTML = form;
  dialog.querySelector('p')!.textContent = why;
  dialog.querySelector<HTMLButtonElement>('[value=forget]')!.hidden = !mayForget;
  const input = dialog.querySelector('input')!;
  return new Promise((resolve) => {
    let choice: KeyChoice = 'later';
    const leave = (chosen: KeyChoice): void => {
      choice = chosen;
      dialog.close();
    };
    dialog.querySelector('form')!.addEventListener('submit', (event) => {
      event.preventDefault();
      const key = input.value.trim();
      if (key !== '') leave({ key });
    });
    for (const button of dialog.querySelectorAll<HTMLButtonElement>('button[value]')) button.addEventListener('click', () => leave(button.value as KeyChoice));
    // Letters of a key are not meant for a page that is played by keys.
    dialog.addEventListener('keydown', (event) => event.stopPropagation());
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(choice);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
