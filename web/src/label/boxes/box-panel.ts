import type { BoxesTruth, ListedSample } from '@facet/contracts';
import { element } from '../../page/element.ts';
import { BoxEditor } from './box-editor.ts';
import { areSame, type LabelledBox } from './box-history.ts';
import { isWithin } from './geometry.ts';

interface PanelActions {
  /** False while a label is being sent. */
  readonly isOpen: () => boolean;
  readonly onChange: () => void;
  readonly onDone: () => void;
}

/** The part of the page with which boxes are edited: the picture with its layer of boxes, the buttons, and the list. */
export class BoxPanel {
  readonly #panel = element('boxes', HTMLElement);
  readonly #list = element('box-list', HTMLOListElement);
  readonly #status = element('box-status', HTMLElement);
  readonly #undo = element('undo-box', HTMLButtonElement);
  readonly #actions: PanelActions;
  #editor: BoxEditor | undefined;
  #guess: readonly LabelledBox[] = [];

  constructor(actions: PanelActions) {
    this.#actions = actions;
    this.#undo.addEventListener('click', () => this.undo());
    element('new-box', HTMLButtonElement).addEventListener('click', () => this.add());
  }

  /** Whether there are edits that were not sent. */
  get isChanged(): boolean {
    return this.#editor?.isChanged ?? false;
  }

  /** The boxes as they are now; undefined where they are those of the guess, or none are shown. */
  get correction(): Extract<BoxesTruth, { boxes: unknown }> | undefined {
    if (!this.#editor || areSame(this.#editor.boxes, this.#guess)) return undefined;
    return { boxes: this.#editor.boxes.map(({ class_name, bbox }) => ({ class_name, bbox: [...bbox] })) };
  }

  /** Lets go of the boxes of a picture. */
  close({ isVisible }: { readonly isVisible: boolean }): void {
    this.#panel.hidden = !isVisible;
    this.#list.replaceChildren();
    this.#editor = undefined;
  }

  /**
   * Shows a picture with the boxes of its label, or else of the guess.
   *
   * @throws {Error} where the browser shows it in another size than the model saw it
   */
  show(figure: HTMLElement, picture: HTMLImageElement, { guess, truth }: ListedSample, labels: readonly string[]): void {
    const size = { width: picture.naturalWidth, height: picture.naturalHeight };
    this.#guess = boxesOf(guess as BoxesTruth) ?? [];
    const boxes = boxesOf(truth as BoxesTruth | undefined) ?? this.#guess;
    if (!boxes.every(({ bbox }) => isWithin(bbox, size))) throw new Error('This browser shows the picture in another size than the model saw: skip it.');
    const layer = document.createElement('div');
    layer.className = 'layer';
    layer.tabIndex = -1;
    // Arrow keys are for the boxes; a screen reader passes them on in an application.
    layer.setAttribute('role', 'application');
    layer.setAttribute('aria-label', 'Boxes on the picture');
    layer.setAttribute('aria-describedby', 'box-help');
    const frame = document.createElement('div');
    frame.className = 'frame';
    frame.style.setProperty('--aspect', String(size.width / size.height));
    frame.append(picture, layer);
    figure.replaceChildren(frame);
    this.#panel.hidden = false;
    const onChange = (): void => {
      this.#undo.disabled = !this.#editor?.canUndo;
      this.#actions.onChange();
    };
    this.#editor = new BoxEditor({ layer, list: this.#list, status: this.#status, size, labels, boxes, ...this.#actions, onChange });
    this.#undo.disabled = true;
  }

  add(): void {
    this.#editor?.addInTheMiddle();
  }

  undo(): void {
    this.#editor?.undo();
  }
}

function boxesOf(truth: BoxesTruth | undefined): readonly LabelledBox[] | undefined {
  return truth && 'boxes' in truth ? truth.boxes : undefined;
}
