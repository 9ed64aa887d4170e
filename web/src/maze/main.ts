import type { Action } from '@facet/contracts';
import { element, say } from '../page/element.ts';
import { bestTime, keepTime } from './best-times.ts';
import { Game } from './game.ts';
import { HandLink } from './hand-link.ts';
import { startCamera, startRecorded, type HandSource } from './hand-player.ts';
import { HandView } from './hand-view.ts';
import { showLegend } from './legend.ts';
import { MazeView } from './maze-view.ts';
import { Readout } from './readout.ts';
import { wayToGoal } from './maze.ts';

const view = new MazeView(element('maze', HTMLDivElement));
const handView = new HandView(element('landmarks', HTMLCanvasElement));
const readout = new Readout();
const says = element('says', HTMLParagraphElement);
const handSays = element('hand-says', HTMLParagraphElement);
const time = element('time', HTMLElement);
const buttons = { camera: element('camera', HTMLButtonElement), recorded: element('recorded', HTMLButtonElement) };

/** What the service ships with; its greeting may say otherwise. */
let actions: Readonly<Record<string, Action>> = { like: 'up', dislike: 'down', four: 'right', three: 'left' };
let game = new Game(1);
let source: { readonly kind: 'camera' | 'recorded'; readonly stop: () => void } | undefined;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const keyOf: Readonly<Record<string, Action>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  w: 'up',
  s: 'down',
  a: 'left',
  d: 'right',
};

function play(level: number): void {
  game = new Game(level);
  element('level', HTMLElement).textContent = String(level);
  element('previous', HTMLButtonElement).disabled = level === 1;
  const best = bestTime(level);
  element('best', HTMLElement).textContent = best === undefined ? '–' : seconds(best);
  say(says, 'The way leads to the bottom right.');
  view.show(game);
  update();
}

function update(): void {
  view.update(game);
  element('steps', HTMLElement).textContent = String(game.steps);
  time.textContent = seconds(game.elapsedMs(performance.now()));
}

function stepped(): void {
  update();
  if (!game.isSolved) return;
  const ms = game.elapsedMs(performance.now());
  const isBest = keepTime(game.level, ms);
  element('best', HTMLElement).textContent = seconds(bestTime(game.level) ?? ms);
  say(says, `Level ${game.level} solved in ${seconds(ms)}${isBest ? ', your best so far' : ''}.`);
}

/** Connects a source of frames with the service and the game, in place of the one before. */
async function turnOn(kind: 'camera' | 'recorded'): Promise<void> {
  turnOff();
  let isOn = true;
  let frames: HandSource | undefined;
  const link = new HandLink({
    seen(seen) {
      readout.show(seen);
      if (game.hold(seen.action, performance.now())) stepped();
    },
    greeted(hello) {
      ({ actions } = hello);
      showLegend(element('legend', HTMLUListElement), actions);
    },
    travels: (by) => readout.showTransport(by),
    failed: (sentence) => say(handSays, sentence, true),
  });
  const stop = (): void => {
    isOn = false;
    frames?.stop();
    link.close();
  };
  source = { kind, stop };
  buttons[kind].ariaPressed = 'true';
  if (kind === 'recorded') {
    if (game.isSolved) play(game.level);
    say(handSays, 'A recorded hand shows the way.');
    frames = startRecorded({
      actions,
      towards: () => wayToGoal(game.maze, game.at)[0],
      frame(hand) {
        handView.draw(hand);
        if (hand) link.send(hand);
        else turnOff();
      },
    });
    return;
  }
  say(handSays, 'Loading the hand model …');
  try {
    frames = await startCamera({
      video: element('video', HTMLVideoElement),
      frame(hand, video) {
        handView.draw(hand, video);
        link.send(hand);
        say(handSays, hand ? '' : 'Show one hand to the camera.');
      },
      failed: (sentence) => say(handSays, sentence, true),
    });
    if (!isOn) frames.stop();
  } catch (error) {
    if (!isOn) return;
    turnOff();
    say(handSays, (error as Error).message, true);
  }
}

function turnOff(): void {
  source?.stop();
  source = undefined;
  game.hold(null, performance.now());
  for (const button of Object.values(buttons)) button.ariaPressed = 'false';
  handView.clear();
  readout.clear();
  say(handSays, 'The camera’s picture stays in this page; only the 21 points of a hand are sent.');
}

function move(direction: Action): void {
  if (game.step(direction, performance.now())) stepped();
}

document.addEventListener('keydown', (event) => {
  const direction = keyOf[event.key];
  if (!direction || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  move(direction);
});
for (const button of document.querySelectorAll<HTMLButtonElement>('[data-move]')) {
  button.addEventListener('click', () => move(button.dataset['move'] as Action));
}
for (const [kind, button] of Object.entries(buttons) as ['camera' | 'recorded', HTMLButtonElement][]) {
  button.addEventListener('click', () => void (source?.kind === kind ? turnOff() : turnOn(kind)));
}
element('previous', HTMLButtonElement).addEventListener('click', () => play(game.level - 1));
element('next', HTMLButtonElement).addEventListener('click', () => play(game.level + 1));
element('again', HTMLButtonElement).addEventListener('click', () => play(game.level));
setInterval(() => {
  if (!game.isSolved) time.textContent = seconds(game.elapsedMs(performance.now()));
}, 100);

showLegend(element('legend', HTMLUListElement), actions);
turnOff();
play(1);
