import type { ListedSample, Truth } from '@facet/contracts';
import { ask, Refusal } from '../api/ask.ts';
import { element, say } from '../page/element.ts';
import { BoxPanel } from './boxes/box-panel.ts';
import { keysOf, showChoices } from './choices.ts';
import { LabelChecks } from './label-checks.ts';
import { Queue } from './queue.ts';
import { describe, showSample } from './show-sample.ts';
import { markTask, showTasks } from './tasks.ts';

type Said = { verdict: 'accept' | 'discard' } | { verdict: 'correct'; truth: Truth };

const reasons = {
  uncertain: 'the model was unsure',
  drifted: 'kept while the world seemed to change',
  random: 'kept at random',
  feedback: 'somebody sent it with its label',
} as const;

const says = element('says', HTMLParagraphElement);
const [shown, guess, about, choices, desk, tasks, acceptText] = ['shown', 'guess', 'about', 'choices', 'desk', 'tasks', 'accept-text'].map((id) =>
  element(id, HTMLElement),
) as [HTMLElement, HTMLElement, HTMLElement, HTMLElement, HTMLElement, HTMLElement, HTMLElement];
const [accept, wrong, none, skip, undo, discard] = ['accept', 'wrong', 'none', 'skip', 'undo', 'discard'].map((id) => element(id, HTMLButtonElement)) as [
  HTMLButtonElement,
  HTMLButtonElement,
  HTMLButtonElement,
  HTMLButtonElement,
  HTMLButtonElement,
  HTMLButtonElement,
];
const keys = element('keys', HTMLInputElement);
const progress = element('progress', HTMLProgressElement);
const counts = element('counts', HTMLParagraphElement);

let task = '';
let queue = new Queue(task);
let current: ListedSample | undefined;
/** The sample before, with its label, where that can still be changed. */
let before: ListedSample | undefined;
/** True for a sample that has a label which the next one replaces. */
let isAgain = false;
/** Ends when what the page is busy with has ended. */
let underWay: Promise<void> | undefined;
/** The task that was chosen while the page was busy. */
let wanted: string | undefined;
let done = 0;
/** The person was told that their changes are not saved. */
let isWarned = false;

const isOpen = (): boolean => !underWay && current !== undefined;
const onChange = (): void => {
  isWarned = false;
  showAccept();
};
const boxes = new BoxPanel({ isOpen, onChange, onDone: () => void right() });
const checks = new LabelChecks(choices, onChange);
/** A label is a list of boxes, not one of the classes. */
const hasBoxes = (): boolean => queue.kind === 'detection';
/** Where the guess is changed until it is right; elsewhere a label is chosen with one key. */
const changeable = (): BoxPanel | LabelChecks => (hasBoxes() ? boxes : checks);

/** One thing at a time: a key that is pressed while an answer is awaited is not meant for the sample that comes next. */
function alone(work: () => Promise<void>): Promise<void> {
  underWay ??= perform(work);
  return underWay;
}

async function perform(work: () => Promise<void>): Promise<void> {
  desk.ariaBusy = 'true';
  try {
    await work();
  } catch (error) {
    say(says, (error as Error).message, true);
  } finally {
    underWay = undefined;
    show();
    desk.ariaBusy = 'false';
  }
}

function show(): void {
  for (const button of [accept, wrong, none, skip, discard]) button.disabled = !current;
  undo.disabled = !before;
  for (const button of choices.querySelectorAll('button')) button.disabled = !current;
  const { waiting, labelled, up_to: bound } = queue.counts;
  const most = (count: number): string => (count >= bound && bound > 0 ? `${bound} or more` : String(count));
  counts.textContent = `${done} labelled now, ${most(labelled)} in all; ${most(waiting)} wait.`;
  progress.max = Math.max(1, waiting + labelled);
  progress.value = labelled;
  showAccept();
}

const changed = (): string => (hasBoxes() ? 'boxes' : 'labels');

function showAccept(): void {
  acceptText.textContent = changeable().correction ? `Save ${changed()}` : 'It is right';
}

function clear(): void {
  current = undefined;
  isWarned = false;
  boxes.close({ isVisible: false });
  checks.show(undefined, []);
  shown.replaceChildren();
  shown.classList.remove('boxed', 'tiny');
  guess.textContent = '';
  about.textContent = '';
}

async function present(sample: ListedSample | undefined): Promise<void> {
  // The sample before stays in sight until this one is there.
  current = sample;
  isWarned = false;
  boxes.close({ isVisible: hasBoxes() });
  showChoices(choices, hasBoxes() ? [] : queue.labels, (label) => void chooseLabel(label));
  checks.show(sample, queue.labels);
  wrong.hidden = !hasBoxes();
  none.hidden = !checks.isOpen;
  if (!sample) {
    clear();
    say(says, 'Nothing waits for a label.');
    return;
  }
  guess.textContent = describe(sample.guess as Truth);
  const sure = sample.confidence === null ? '' : `${Math.round(sample.confidence * 100)} % sure, `;
  about.textContent = `${sample.version}, ${sure}${reasons[sample.reason]}`;
  const picture = await showSample(shown, queue.kind, `${task}/samples/${encodeURIComponent(sample.id)}/input`);
  shown.classList.toggle('boxed', hasBoxes());
  if (picture && hasBoxes()) boxes.show(shown, picture, sample, queue.labels);
}

async function advance(): Promise<void> {
  isAgain = false;
  await present(await queue.take());
}

function judge(said: Said): Promise<void> {
  return alone(async () => {
    if (!current) return;
    const sample = current;
    const body = JSON.stringify({ ...said, ...(isAgain && { replace: true }) });
    try {
      await ask(`${task}/samples/${encodeURIComponent(sample.id)}/label`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    } catch (error) {
      if (!(error instanceof Refusal && (error.code === 'already-labelled' || error.code === 'unknown-sample'))) throw error;
      say(says, 'Somebody else has seen to this one.');
      queue.note({ waiting: -1, labelled: 0 });
      await advance();
      return;
    }
    if (!isAgain) {
      queue.note({ waiting: -1, labelled: said.verdict === 'discard' ? 0 : 1 });
      if (said.verdict !== 'discard') done += 1;
    }
    const truth = said.verdict === 'correct' ? said.truth : (sample.guess as Truth);
    before = said.verdict === 'discard' ? undefined : { ...sample, truth };
    say(says, said.verdict === 'discard' ? 'Thrown away.' : `Labelled: ${describe(truth)}.`);
    await advance();
  });
}

/** The guess is right, or what was made of it. */
function right(): Promise<void> {
  const truth = changeable().correction;
  return judge(truth ? { verdict: 'correct', truth } : { verdict: 'accept' });
}

/** The label, or one of several. */
function chooseLabel(label: string): Promise<void> {
  if (!checks.isOpen) return judge({ verdict: 'correct', truth: { label } });
  if (isOpen()) checks.toggle(label);
  return Promise.resolve();
}

/** Does what leaves the sample; where changes would be lost, not before the person asks for it again. */
function leave(act: () => Promise<void>): Promise<void> {
  if (!changeable().isChanged || isWarned) return act();
  isWarned = true;
  say(says, `The ${changed()} are not saved. Do it once more to leave them.`, true);
  return Promise.resolve();
}

const areWrong = (): Promise<void> => leave(() => judge({ verdict: 'correct', truth: { wrong: true } }));
const areNone = (): Promise<void> => judge({ verdict: 'correct', truth: { labels: [] } });
const throwAway = (): Promise<void> => leave(() => judge({ verdict: 'discard' }));

const skipOne = (): Promise<void> =>
  leave(() =>
    alone(async () => {
      say(says, 'Skipped.');
      await advance();
    }),
  );

const back = (): Promise<void> =>
  leave(() =>
    alone(async () => {
      if (!before) return;
      if (current) queue.putBack(current);
      isAgain = true;
      const sample = before;
      before = undefined;
      await present(sample);
      say(says, 'Label it again: the new label takes the place of the old one.');
    }),
  );

/** What is under way ends first; of several tasks that are chosen meanwhile the last counts. */
async function choose(name: string): Promise<void> {
  wanted = name;
  if (underWay) await underWay;
  if (wanted !== name) return;
  wanted = undefined;
  await leave(() =>
    alone(async () => {
      task = name;
      queue = new Queue(task);
      before = undefined;
      markTask(tasks, task);
      history.replaceState(null, '', `?task=${encodeURIComponent(task)}`);
      clear();
      say(says, '');
      await advance();
    }),
  );
}

const byKey: Readonly<Record<string, () => unknown>> = { Enter: right, ArrowRight: skipOne, Backspace: back, Delete: throwAway };
const byKeyWithBoxes: typeof byKey = { x: areWrong, c: () => boxes.add() };

function actOf(key: string): (() => unknown) | undefined {
  if (byKey[key]) return byKey[key];
  if (hasBoxes()) return byKeyWithBoxes[key.toLowerCase()];
  if (checks.isOpen && key.toLowerCase() === 'x') return areNone;
  const label = keysOf(queue.labels).get(key.toLowerCase());
  return label === undefined ? undefined : () => chooseLabel(label);
}

document.addEventListener('keydown', (event) => {
  const { key, target } = event;
  // What takes text or a choice answers to its own keys.
  if (target instanceof HTMLElement && target.closest('select, dialog, input:not([type=checkbox])')) return;
  const isUndo = key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey) && !event.shiftKey;
  if (isUndo && hasBoxes()) boxes.undo();
  if (!keys.checked || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (key === 'Enter' && target instanceof HTMLElement && target.closest('button:not([role=checkbox]), a, input')) return;
  const act = actOf(key);
  if (!act) return;
  event.preventDefault();
  void act();
});

accept.addEventListener('click', () => void right());
wrong.addEventListener('click', () => void areWrong());
none.addEventListener('click', () => void areNone());
skip.addEventListener('click', () => void skipOne());
undo.addEventListener('click', () => void back());
discard.addEventListener('click', () => void throwAway());
window.addEventListener('beforeunload', (event) => {
  if (changeable().isChanged) event.preventDefault();
});

try {
  const names = await showTasks(tasks, (name) => void choose(name));
  const wished = new URLSearchParams(location.search).get('task');
  await choose(names.find((name) => name === wished) ?? names[0]!);
} catch (error) {
  say(says, (error as Error).message, true);
}
