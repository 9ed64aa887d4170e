import type { Action } from '@facet/contracts';
import { nextFrame, openCamera } from '../page/camera.ts';
import { openHandFinder } from './hand-finder.ts';
import type { Hand } from './hand.ts';
import { RecordedHand } from './recorded-hand.ts';

/** Gives one frame after another until it is stopped. */
export interface HandSource {
  stop(): void;
}

interface CameraOptions {
  readonly video: HTMLVideoElement;
  readonly frame: (hand: Hand | null, video: HTMLVideoElement) => void;
  readonly failed: (sentence: string) => void;
}

/** Longest rest between two frames. */
const maxRestMs = 250;

/** Turns the camera on and finds the hand in each of its frames, as fast as the machine can. */
export async function startCamera({ video, frame, failed }: CameraOptions): Promise<HandSource> {
  const [camera, finder] = await Promise.all([
    openCamera(video, { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 60 }, facingMode: 'user' }),
    openHandFinder(),
  ]);
  let isOn = true;
  const run = async (): Promise<void> => {
    for (;;) {
      await nextFrame(video);
      if (!isOn) return;
      const beganAt = performance.now();
      frame(await finder.find(video), video);
      // The model runs in the page's own thread: where it is slow, buttons and drawing get their turn too.
      const restMs = Math.min(maxRestMs, (performance.now() - beganAt) / 4);
      if (restMs > 4) await new Promise((resolve) => setTimeout(resolve, restMs));
    }
  };
  run().catch((error: unknown) => failed(`The hand model stopped: ${(error as Error).message}`));
  return {
    stop() {
      isOn = false;
      camera.stop();
    },
  };
}

interface RecordedOptions {
  /** Where the player wants to go next; undefined when there is nowhere left to go. */
  readonly towards: () => Action | undefined;
  readonly actions: Readonly<Record<string, Action>>;
  readonly frame: (hand: Hand | null) => void;
}

const framesPerSecond = 60;

/** Plays the shipped hands, turned to where the player wants to go. */
export function startRecorded({ towards, actions, frame }: RecordedOptions): HandSource {
  const hand = new RecordedHand(actions);
  const timer = setInterval(() => {
    const direction = towards();
    frame(direction === undefined ? null : hand.next(direction));
  }, 1000 / framesPerSecond);
  return { stop: () => clearInterval(timer) };
}
