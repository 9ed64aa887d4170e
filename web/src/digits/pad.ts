interface PadListener {
  /** The drawing has changed; called often while a stroke is drawn. */
  drawn(): void;
}

/** Width of the pen as a share of the pad: about that of MNIST's strokes. */
const penShare = 0.07;
const ink = '#16181b';

/** A square of paper that takes ink from mouse, finger and pen. */
export class Pad {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #listener: PadListener;
  #stroke: { readonly pointer: number; x: number; y: number } | undefined;
  isEmpty = true;

  constructor(canvas: HTMLCanvasElement, listener: PadListener) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d')!;
    this.#listener = listener;
    canvas.addEventListener('pointerdown', (event) => this.#begin(event));
    canvas.addEventListener('pointermove', (event) => this.#draw(event));
    for (const end of ['pointerup', 'pointercancel'] as const) canvas.addEventListener(end, (event) => this.#end(event));
    this.clear();
  }

  clear(): void {
    this.#context.fillStyle = '#fff';
    this.#context.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
    this.isEmpty = true;
  }

  /** Shows a picture in place of a drawing, whole. */
  showPicture(picture: ImageBitmap): void {
    this.clear();
    const { width, height } = this.#canvas;
    const scale = Math.min(width / picture.width, height / picture.height);
    const [w, h] = [picture.width * scale, picture.height * scale];
    this.#context.drawImage(picture, (width - w) / 2, (height - h) / 2, w, h);
  }

  /** The drawing as a PNG. */
  picture(): Promise<Blob> {
    return new Promise((resolve, reject) => {
      this.#canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the drawing cannot be read'))), 'image/png');
    });
  }

  #begin(event: PointerEvent): void {
    if (!event.isPrimary || event.button !== 0) return;
    event.preventDefault();
    this.#canvas.setPointerCapture(event.pointerId);
    const place = this.#place(event);
    this.#stroke = { pointer: event.pointerId, ...place };
    // A line of no length leaves no ink, a dot does.
    this.#context.fillStyle = ink;
    this.#context.beginPath();
    this.#context.arc(place.x, place.y, (this.#canvas.width * penShare) / 2, 0, 2 * Math.PI);
    this.#context.fill();
    this.#draw(event);
  }

  #draw(event: PointerEvent): void {
    if (this.#stroke?.pointer !== event.pointerId) return;
    const context = this.#context;
    context.strokeStyle = ink;
    context.lineCap = 'round';
    context.lineJoin = 'round';
    context.lineWidth = this.#canvas.width * penShare;
    context.beginPath();
    context.moveTo(this.#stroke.x, this.#stroke.y);
    // Between two events a quick pen was in more places.
    const passed = event.getCoalescedEvents();
    for (const moment of passed.length > 0 ? passed : [event]) {
      const { x, y } = this.#place(moment);
      context.lineTo(x, y);
      Object.assign(this.#stroke, { x, y });
    }
    context.stroke();
    this.isEmpty = false;
    this.#listener.drawn();
  }

  #end(event: PointerEvent): void {
    if (this.#stroke?.pointer !== event.pointerId) return;
    this.#stroke = undefined;
    this.#listener.drawn();
  }

  #place({ clientX, clientY }: PointerEvent): { x: number; y: number } {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    return { x: ((clientX - left) / width) * this.#canvas.width, y: ((clientY - top) / height) * this.#canvas.height };
  }
}
