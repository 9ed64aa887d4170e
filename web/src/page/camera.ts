/** A camera that is on. */
export interface Camera {
  readonly video: HTMLVideoElement;
  stop(): void;
}

const sentences: Readonly<Record<string, string>> = {
  NotAllowedError: 'The camera was not allowed. Allow it in the address bar and try again.',
  NotFoundError: 'No camera was found.',
  NotReadableError: 'Another program uses the camera.',
};

/**
 * Turns the camera on and shows it in a video element.
 *
 * @throws {Error} a sentence for people
 */
export async function openCamera(video: HTMLVideoElement, constraints: MediaTrackConstraints): Promise<Camera> {
  if (!navigator.mediaDevices) throw new Error('Browsers give the camera only to pages from https or from this machine.');
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: constraints, audio: false });
  } catch (error) {
    throw new Error(sentences[(error as Error).name] ?? 'The camera cannot be used.', { cause: error });
  }
  video.srcObject = stream;
  await video.play();
  return {
    video,
    stop() {
      for (const track of stream.getTracks()) track.stop();
      video.srcObject = null;
    },
  };
}

/** Waits for the next frame of a video, or for the screen's where a browser cannot tell. */
export function nextFrame(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => {
    if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(() => resolve());
    else requestAnimationFrame(() => resolve());
  });
}
