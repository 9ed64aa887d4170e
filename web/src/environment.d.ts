/** Where the hand model lies, relative to the page; set by the build. */
declare const HAND_MODEL_PATH: string;

interface Window {
  /** Comes with MediaPipe's script, which is no module. */
  Hands?: typeof import('@mediapipe/hands').Hands;
}
