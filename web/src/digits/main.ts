import type { DigitAnswer } from '@facet/contracts';
import { ask } from '../api/ask.ts';
import { showModels } from '../page/about-models.ts';
import { onDrop } from '../page/drop.ts';
import { element, say } from '../page/element.ts';
import { latest } from '../page/latest.ts';
import { Correction } from './correction.ts';
import { Pad } from './pad.ts';
import { Reading } from './reading.ts';

const says = element('says', HTMLParagraphElement);
const hint = element('hint', HTMLParagraphElement);
const readings = ['v1', 'v2'].map((version) => ({ version, reading: new Reading(element(version, HTMLElement), version) }));
/** Absent where samples are served on a port of their own. */
const panel = document.getElementById('correction');
const correction = panel ? new Correction(panel, element('corrected', HTMLElement)) : undefined;
/** Grows when what is on the pad is given up, so that answers which are still on their way are not shown. */
let sheet = 0;

async function read(picture: Blob): Promise<void> {
  const asked = sheet;
  try {
    const form = new FormData();
    form.set('file', picture, 'digit');
    await Promise.all(
      readings.map(async ({ version, reading }) => {
        const answer = await ask<DigitAnswer>(`digit/${version}/predict`, { method: 'POST', body: form });
        if (asked === sheet) reading.show(answer);
      }),
    );
    if (asked !== sheet) return;
    say(says, '');
    correction?.about(picture);
  } catch (error) {
    if (asked === sheet) say(says, (error as Error).message, true);
  }
}

const readPad = latest(async () => {
  if (!pad.isEmpty) await read(await pad.picture());
});

const pad = new Pad(element('pad', HTMLCanvasElement), {
  drawn() {
    hint.hidden = true;
    readPad(undefined);
  },
});

function clear(): void {
  sheet += 1;
  pad.clear();
  hint.hidden = false;
  for (const { reading } of readings) reading.clear();
  correction?.about(undefined);
  say(says, '');
}

async function readPhoto(file: File): Promise<void> {
  clear();
  hint.hidden = true;
  try {
    pad.showPicture(await createImageBitmap(file));
  } catch {
    say(says, 'This browser cannot show the file; the models may still read it.');
  }
  await read(file);
}

element('clear', HTMLButtonElement).addEventListener('click', clear);
const photo = element('photo', HTMLInputElement);
photo.addEventListener('change', () => {
  const file = photo.files?.[0];
  photo.value = '';
  if (file) void readPhoto(file);
});
onDrop((file) => void readPhoto(file));

showModels(
  'digit',
  readings.map(({ version, reading: { about } }) => ({ version, about })),
).catch((error: unknown) => say(says, (error as Error).message, true));
