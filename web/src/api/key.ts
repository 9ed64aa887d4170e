import { promptForKey } from './key-dialog.ts';

const slot = 'facet-key';
/** Told of in the window when another key is to be used. */
const changed = new EventTarget();
let asking: Promise<boolean> | undefined;
let isDeclined = false;

/** The key of this visit, if the host asked for one: it is forgotten with the tab, and no other site can read it. */
export function heldKey(): string | undefined {
  return sessionStorage.getItem(slot) ?? undefined;
}

function keep(key: string | undefined): void {
  if (key === undefined) sessionStorage.removeItem(slot);
  else sessionStorage.setItem(slot, key);
  showButton();
  changed.dispatchEvent(new Event('change'));
}

/** Calls back whenever another key is to be used, until what it gives back is called. */
export function onNewKey(callback: () => void): () => void {
  changed.addEventListener('change', callback);
  return () => changed.removeEventListener('change', callback);
}

/**
 * Asks the person for a key, once for all calls that wait for it.
 *
 * @param why the host's own sentence
 * @param used the key that was refused; when there is another by now, nobody is asked
 * @returns true when it is worth trying again
 */
export async function askForKey(why: string, used: string | undefined): Promise<boolean> {
  if (heldKey() !== used) return true;
  // Who said no is not asked again with every stroke; the button stays.
  if (isDeclined) return false;
  asking ??= change(used === undefined ? 'Its models answer only who has one; it comes from whoever runs them.' : why).finally(() => (asking = undefined));
  return asking;
}

/** @returns true when a key was given */
async function change(why: string): Promise<boolean> {
  const choice = await promptForKey(why, heldKey() !== undefined);
  isDeclined = choice === 'later';
  if (choice === 'later') showButton();
  else keep(choice === 'forget' ? undefined : choice.key);
  return typeof choice === 'object';
}

/** The button in the header is there for who has a key, or was asked for one. */
function showButton(): void {
  const button = document.getElementById('key');
  if (button) button.hidden = heldKey() === undefined && !isDeclined;
}

document.getElementById('key')?.addEventListener('click', () => void change('The key of this tab goes with every call of these pages.'));
showButton();
