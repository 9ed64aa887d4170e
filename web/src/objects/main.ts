import samplePhoto from '../../../examples/photo.jpg';
import { showModels } from '../page/about-models.ts';
import { nextFrame, openCamera, type Camera } from '../page/camera.ts';
import { onDrop } from '../page/drop.ts';
import { element, say } from '../page/element.ts';
import { Rate } from '../page/rate.ts';
import { lookOnce, PictureLink } from './picture-link.ts';
import { View } from './view.ts';

/** Asked for once; the slider then hides and shows without asking again. */
const askedThreshold = 0.1;
/** Longer side of a camera's frame as it is sent. */
const frameSide = 640;

const says = element('says', HTMLParagraphElement);
const video = element('video', HTMLVideoElement);
const cameraButton = element('camera', HTMLButtonElement);
const slider = element('threshold', HTMLInputElement);
const views = ['v1', 'v2'].map((version) => ({ version, view: new View(element(version, HTMLElement), version) }));
let camera: Camera | undefined;
/** Grows with every picture, so that answers about an earlier one are not shown. */
let picture = 0;

async function lookAt(image: Blob): Promise<void> {
  turnOff();
  picture += 1;
  const asked = picture;
  say(says, 'Looking …');
  try {
    const bitmap = await createImageBitmap(image).catch((error: unknown) => {
      throw new Error('This is no picture that the browser can show.', { cause: error });
    });
    // One after the other: side by side they would wait for each other and the stage times would say so.
    for (const { version, view } of views) {
      const answer = await lookOnce(version, image, askedThreshold);
      if (asked !== picture) return;
      view.show(bitmap, answer, Number(slider.value), '');
    }
    say(says, '');
  } catch (error) {
    if (asked === picture) say(says, (error as Error).message, true);
  }
}

/** Looks at one frame of the camera after the other with one version, until the camera is turned off. */
async function watch({ version, view }: (typeof views)[number], { video: live }: Camera): Promise<void> {
  const frame = document.createElement('canvas');
  const rate = new Rate();
  const link = new PictureLink(version, askedThreshold);
  try {
    for (;;) {
      await nextFrame(live);
      if (!camera) return;
      const scale = frameSide / Math.max(live.videoWidth, live.videoHeight, 1);
      frame.width = Math.round(live.videoWidth * scale);
      frame.height = Math.round(live.videoHeight * scale);
      frame.getContext('2d')!.drawImage(live, 0, 0, frame.width, frame.height);
      const image = await new Promise<Blob>((resolve, reject) => {
        frame.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The camera shows nothing.'))), 'image/jpeg', 0.85);
      });
      const answer = await link.look(image);
      if (!camera) return;
      view.show(frame, answer, Number(slider.value), `, ${rate.tick()} frames a second`);
    }
  } finally {
    link.close();
  }
}

async function turnOn(): Promise<void> {
  picture += 1;
  cameraButton.ariaPressed = 'true';
  say(says, 'Turning the camera on …');
  try {
    camera = await openCamera(video, { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: 'environment' });
    say(says, '');
    const on = camera;
    await Promise.all(views.map((one) => watch(one, on)));
  } catch (error) {
    turnOff();
    say(says, (error as Error).message, true);
  }
}

function turnOff(): void {
  camera?.stop();
  camera = undefined;
  cameraButton.ariaPressed = 'false';
}

cameraButton.addEventListener('click', () => {
  if (camera) turnOff();
  else void turnOn();
});
element('sample', HTMLButtonElement).addEventListener('click', () => {
  void fetch(samplePhoto)
    .then((answer) => answer.blob())
    .then(lookAt);
});
const file = element('file', HTMLInputElement);
file.addEventListener('change', () => {
  const chosen = file.files?.[0];
  file.value = '';
  if (chosen) void lookAt(chosen);
});
onDrop((dropped) => void lookAt(dropped));
slider.addEventListener('input', () => {
  element('threshold-value', HTMLOutputElement).textContent = `${Math.round(Number(slider.value) * 100)} %`;
  for (const { view } of views) view.showAbove(Number(slider.value));
});

showModels(
  'detection',
  views.map(({ version, view: { about } }) => ({ version, about })),
).catch((error: unknown) => say(says, (error as Error).message, true));
