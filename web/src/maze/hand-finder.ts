import type * as MediaPipe from '@mediapipe/hands';
import type { Hand } from './hand.ts';

declare global {
  interface Window {
    /** Comes with MediaPipe's script, which is no module. */
    Hands?: typeof MediaPipe.Hands;
  }
}

/** Finds the hand in a frame of a video, in this page: no picture leaves it. */
export interface HandFinder {
  find(video: HTMLVideoElement): Promise<Hand | null>;
}

class MissingModel extends Error {}

let opened: Promise<HandFinder> | undefined;

/**
 * Loads MediaPipe's hand model, once, when it is first needed: it is larger than all the rest.
 *
 * @throws {Error} a sentence for people
 */
export function openHandFinder(): Promise<HandFinder> {
  opened ??= load().catch((error: unknown) => {
    opened = undefined;
    if (error instanceof MissingModel) throw error;
    throw new Error('The hand model cannot run in this browser: it needs WebAssembly with SIMD, and WebGL.', { cause: error });
  });
  return opened;
}

async function load(): Promise<HandFinder> {
  const folder = new URL(HAND_MODEL_PATH, document.baseURI).href;
  await addScript(`${folder}hands.js`).catch((cause: unknown) => {
    throw new MissingModel('This installation does not carry the hand model; the image facet-all leaves it out.', { cause });
  });
  const hands = new window.Hands!({ locateFile: (file) => folder + file });
  hands.setOptions({ maxNumHands: 1, modelComplexity: 1, minDetectionConfidence: 0.6, minTrackingConfidence: 0.5 });
  let found: Hand['landmarks'] | undefined;
  hands.onResults(({ multiHandLandmarks }) => {
    found = multiHandLandmarks[0];
  });
  await hands.initialize();
  return {
    async find(video) {
      const image = { width: video.videoWidth, height: video.videoHeight };
      await hands.send({ image: video });
      return found ? { landmarks: found.map(({ x, y }) => ({ x, y })), image } : null;
    },
  };
}

function addScript(src: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = src;
    script.addEventListener('load', () => resolve());
    script.addEventListener('error', () => reject(new Error(`${src} cannot be loaded`)));
    document.head.append(script);
  });
}
