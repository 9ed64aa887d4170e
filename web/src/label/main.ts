import type { ListedSample } from '@facet/contracts';
import { ask, Refusal } from '../api/ask.ts';
import { element, say } from '../page/element.ts';
import { keysOf, showChoices } from './choices.ts';
import { Queue } from './queue.ts';
import { describe, showSample } from './show-sample.ts';

type Said = { verdict: 'accept' | 'discard' } | { verdict: 'correct'; truth: object };

const reasons = {
  uncertain: 'the model was unsure',
  drifted: 'kept while the world seemed to change',
  random: 'kept at random',
  feedback: 'somebody sent it with its label',
} as const;

const says = element('says', HTMLParagraphElement);
const [shown, guess, about, choices] = ['shown', 'guess', 'about', 'choices'].map((id) => element(id, HTMLElement)) as [
  HTMLElement,
  HTMLElement,
  HTMLElement,
  HTMLElement,
];
const [accept, wrong, skip, undo, discard] = ['accept', 'wrong', 'skip', 'undo', 'discard'].map((id) => element(id, HTMLButtonElement)) as [
  HTMLButtonElement,
  HTMLButtonElement,
  HTMLButtonElement,
  HTMLButtonElement,
  HTMLButtonElement,
];
const desk = element('desk', HTMLElement);
const keys = element('keys', HTMLInputElement);
const progress = element('progress', HTMLProgressElement);
const counts = element('counts', HTMLParagraphElement);
const tasks = [...element('tasks', HTMLElement).querySelectorAll('button')];

let task = 'digit';
let queue = new Queue(task);
let current: ListedSample | undefined;
/** The sample before, where its label can still be changed. */
let before: ListedSample | undefined;
/** True for a sample that has a label which the next one replaces. */
let isAgain = false;
let isBusy = false;
let done = 0;

/** One thing at a time: a key that is pressed while an answer is awaited is not meant for the sample that comes next. */
async function alone(work: () => Promise<void>): Promise<void> {
  if (isBusy) return;
  isBusy = true;
  desk.ariaBusy = 'true';
  try {
    await work();
  } catch (error) {
    say(says, (error as Error).message, true);
  } finally {
    isBusy = false;
    show();
    desk.ariaBusy = 'false';
  }
}

function show(): void {
  for (const button of [accept, wrong, skip, discard]) button.disabled = !current;
  undo.disabled = !before;
  for (const button of choices.querySelectorAll('button')) button.disabled = !current;
  const { waiting, labelled, up_to: bound } = queue.counts;
  const most = (count: number): string => (count >= bound && bound > 0 ? `${bound} or more` : String(count));
  counts.textContent = `${done} labelled now, ${most(labelled)} in all; ${most(waiting)} wait.`;
  progress.max = Math.max(1, waiting + labelled);
  progress.value = labelled;
}

async function present(sample: ListedSample | undefined): Promise<void> {
  current = sample;
  if (!sample) {
    shown.replaceChildren();
    guess.textContent = '';
    about.textContent = '';
    say(says, 'Nothing waits for a label.');
    return;
  }
  guess.textContent = describe(sample.guess);
  const sure = sample.confidence === null ? '' : `${Math.round(sample.confidence * 100)} % sure, `;
  about.textContent = `${sample.version}, ${sure}${reasons[sample.reason]}`;
  await showSample(shown, task, sample);
}

async function advance(): Promise<void> {
  isAgain = false;
  const sample = await queue.take();
  showChoices(choices, task === 'detection' ? [] : queue.labels, (label) => void judge({ verdict: 'correct', truth: { label } }));
  await present(sample);
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
    before = said.verdict === 'discard' ? undefined : sample;
    say(
      says,
      said.verdict === 'discard'
        ? 'Thrown away.'
        : `Labelled: ${'truth' in said && 'label' in said.truth ? String(said.truth.label) : describe(sample.guess)}.`,
    );
    await advance();
  });
}

const skipOne = (): Promise<void> =>
  alone(async () => {
    say(says, 'Skipped.');
    await advance();
  });

const back = (): Promise<void> =>
  alone(async () => {
    if (!before) return;
    if (current) queue.putBack(current);
    isAgain = true;
    const sample = before;
    before = undefined;
    await present(sample);
    say(says, 'Label it again: the new label takes the place of the old one.');
  });

function choose(name: string): Promise<void> {
  return alone(async () => {
    task = name;
    queue = new Queue(task);
    before = undefined;
    for (const button of tasks) button.setAttribute('aria-pressed', String(button.dataset['task'] === task));
    wrong.hidden = task !== 'detection';
    current = undefined;
    say(says, '');
    await advance();
  });
}

const byKey: Readonly<Record<string, () => unknown>> = {
  Enter: () => judge({ verdict: 'accept' }),
  ArrowRight: skipOne,
  Backspace: back,
  Delete: () => judge({ verdict: 'discard' }),
};

document.addEventListener('keydown', (event) => {
  const { key, target } = event;
  if (!keys.checked || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  // What is focused answers to its own keys.
  if (key === 'Enter' && target instanceof HTMLElement && target.closest('button, a, input')) return;
  const label = task === 'detection' ? undefined : keysOf(queue.labels).get(key.toLowerCase());
  const act = byKey[key] ?? (label === undefined ? undefined : () => judge({ verdict: 'correct', truth: { label } }));
  const chosen = task === 'detection' && key === 'x' ? () => judge({ verdict: 'correct', truth: { wrong: true } }) : act;
  if (!chosen) return;
  event.preventDefault();
  void chosen();
});

accept.addEventListener('click', () => void judge({ verdict: 'accept' }));
wrong.addEventListener('click', () => void judge({ verdict: 'correct', truth: { wrong: true } }));
skip.addEventListener('click', () => void skipOne());
undo.addEventListener('click', () => void back());
discard.addEventListener('click', () => void judge({ verdict: 'discard' }));
for (const button of tasks) button.addEventListener('click', () => void choose(button.dataset['task']!));
const wished = new URLSearchParams(location.search).get('task');
void choose(tasks.some(({ dataset }) => dataset['task'] === wished) ? wished! : 'digit');
