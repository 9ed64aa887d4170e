import { areSame, BoxHistory, type LabelledBox } from './box-history.ts';

const cup: LabelledBox = { class_name: 'cup', bbox: [0, 0, 10, 10] };
const spoon: LabelledBox = { class_name: 'spoon', bbox: [5, 5, 9, 9] };

it('undoes one step after the other, back to the start', () => {
  const history = new BoxHistory([cup]);
  expect(history.canUndo).toBe(false);
  history.change([cup, spoon]);
  history.replace(0, { class_name: 'bowl' });
  history.undo();
  expect(history.boxes).toEqual([cup, spoon]);
  history.undo();
  expect(history.boxes).toEqual([cup]);
  expect(history.canUndo).toBe(false);
  history.undo();
  expect(history.boxes).toEqual([cup]);
});

it('takes the changes of one drag for one step', () => {
  const history = new BoxHistory([cup]);
  for (const x of [1, 2, 3]) history.replace(0, { bbox: [x, 0, 10 + x, 10] }, 'drag 1');
  history.replace(0, { bbox: [9, 0, 19, 10] }, 'drag 2');
  history.undo();
  expect(history.boxes[0]!.bbox).toEqual([3, 0, 13, 10]);
  history.undo();
  expect(history.boxes).toEqual([cup]);
});

it('counts no step that changes nothing', () => {
  const history = new BoxHistory([cup]);
  history.change([{ ...cup }]);
  expect(history.canUndo).toBe(false);
});

it('remembers a bounded number of steps', () => {
  const history = new BoxHistory([cup]);
  for (let x = 1; x <= 500; x += 1) history.replace(0, { bbox: [x, 0, 10 + x, 10] });
  let steps = 0;
  for (; history.canUndo; steps += 1) history.undo();
  expect(steps).toBe(200);
  expect(history.boxes[0]!.bbox[0]).toBe(300);
});

it('tells lists apart by classes, corners and number', () => {
  expect(areSame([cup, spoon], [cup, { ...spoon }])).toBe(true);
  expect(areSame([cup], [cup, spoon])).toBe(false);
  expect(areSame([cup], [{ ...cup, class_name: 'mug' }])).toBe(false);
  expect(areSame([cup], [{ ...cup, bbox: [0, 0, 10, 10.1] }])).toBe(false);
});
