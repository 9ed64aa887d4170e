/** Where the hand model lies, relative to the page; set by the build. */
declare const HAND_MODEL_PATH: string;
