import { bones, type Hand } from './hand.ts';

/** Draws a hand over the camera's picture, mirrored as people know themselves. */
export class HandView {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d')!;
  }

  /** @param video the camera's picture; none for a recorded hand */
  draw(hand: Hand | null, video?: HTMLVideoElement): void {
    const { width: ratioWidth, height: ratioHeight } = video
      ? { width: video.videoWidth || 16, height: video.videoHeight || 9 }
      : (hand?.image ?? { width: 16, height: 9 });
    const height = Math.round((this.#canvas.width * ratioHeight) / ratioWidth);
    if (this.#canvas.height !== height) this.#canvas.height = height;
    const { width } = this.#canvas;
    const context = this.#context;
    context.save();
    context.clearRect(0, 0, width, height);
    context.translate(width, 0);
    context.scale(-1, 1);
    if (video) context.drawImage(video, 0, 0, width, height);
    // Without a picture around it a hand far from the camera would be small: it is shown as large as there is room.
    if (hand) this.#drawHand(video ? hand : enlarged(hand, width / height), width, height);
    context.restore();
  }

  clear(): void {
    this.#context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
  }

  #drawHand({ landmarks }: Hand, width: number, height: number): void {
    const context = this.#context;
    const style = getComputedStyle(this.#canvas);
    context.lineWidth = 5;
    context.lineCap = 'round';
    context.lineJoin = 'round';
    context.strokeStyle = style.getPropertyValue('color');
    context.beginPath();
    for (const bone of bones) {
      for (const [step, index] of bone.entries()) {
        const { x, y } = landmarks[index]!;
        if (step === 0) context.moveTo(x * width, y * height);
        else context.lineTo(x * width, y * height);
      }
    }
    context.stroke();
    context.fillStyle = style.getPropertyValue('accent-color');
    for (const { x, y } of landmarks) {
      context.beginPath();
      context.arc(x * width, y * height, 6, 0, 2 * Math.PI);
      context.fill();
    }
  }
}

/** Share of the height or width that an enlarged hand takes. */
const share = 0.78;

/** The hand in the middle, as large as it fits. */
function enlarged({ landmarks, image }: Hand, aspect: number): Hand {
  const [xs, ys] = [landmarks.map(({ x }) => x), landmarks.map(({ y }) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const ratio = image.width / image.height / aspect;
  const scale = share / Math.max((right - left) * ratio, bottom - top, 0.01);
  return {
    image,
    landmarks: landmarks.map(({ x, y }) => ({ x: 0.5 + (x - (left + right) / 2) * scale * ratio, y: 0.5 + (y - (top + bottom) / 2) * scale })),
  };
}
