import type { Feature } from '@facet/drift';
import { gestures } from '@facet/contracts';

/** What a hand is watched by. Size and place in the frame are divided out before the model sees it, so they are not among them. */
export const handFeatures: readonly Feature[] = [
  { name: 'rotation', unit: '°', doc: 'Direction from the wrist to the middle knuckle; 0 is up. Another mount of the camera turns it.' },
  { name: 'chirality', doc: 'Signed area of wrist, index and little knuckle: left or right hand, palm or back, or a mirrored image.' },
  { name: 'spread', doc: 'Distance between the tips of thumb and little finger, in hands.' },
  { name: 'curl', doc: 'Mean distance of the four fingertips from the wrist, by that of their knuckles: low for fists.' },
  { name: 'aspect', doc: 'Width of the hand by its height; an image that was squeezed changes it.' },
  { name: 'palm', doc: 'Breadth of the palm by its length; a hand that is turned away, or squeezed, changes it.' },
  { name: 'confidence', doc: 'Confidence of the prediction.' },
  { name: 'class', doc: 'Predicted gesture.', categories: gestures },
];
