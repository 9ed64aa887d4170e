import { builtInTasks, contractOf, kindNames, kinds, parseTasks, settingNames, taskContracts, taskFile, withDefaults } from './tasks.ts';

describe('names of tasks', () => {
  it.each(['helmets', 'blood-cells', 'a', 'x9'])('%s is one', (task) => {
    expect(taskFile.safeParse({ task, kind: 'detection' }).success).toBe(true);
  });

  it.each(['', 'Helmets', '9lives', 'v2', 'v10', 'health', 'metrics', 'admin', 'gateway', 'with_line', 'a/b', 'ends-', '-begins', 'a'.repeat(32), '*'])(
    "'%s' is none",
    (task) => {
      expect(taskFile.safeParse({ task, kind: 'detection' }).success).toBe(false);
    },
  );

  it('begin the names of settings; those of the first three tasks have older ones', () => {
    expect(settingNames('blood-cells')).toEqual({ prefix: 'TASK_BLOOD_CELLS', isFirst: false });
    expect(settingNames('digit')).toEqual({ prefix: 'TASK_DIGIT', isFirst: true });
    // A kind of which no suite has a task by itself.
    expect(settingNames('classification')).toEqual({ prefix: 'TASK_CLASSIFICATION', isFirst: false });
  });
});

describe('kinds and tasks', () => {
  it('are named alike where every suite has such a task, and told apart', () => {
    expect(builtInTasks).toEqual(['gesture', 'digit', 'detection']);
    expect(taskContracts.map(({ task, kind }) => [task, kind])).toEqual(builtInTasks.map((name) => [name, name]));
    expect(kindNames).toEqual([...builtInTasks, 'classification']);
  });

  it('have ports of their own, for services that are started by hand', () => {
    const ports = Object.values(kinds).map(({ port }) => port);
    expect(new Set(ports).size).toBe(ports.length);
  });
});

describe('parseTasks', () => {
  it('reads names, with their kinds where they have other names', () => {
    expect(parseTasks('digit, helmets:detection,flowers:classification')).toEqual([
      { task: 'digit', kind: 'digit' },
      { task: 'helmets', kind: 'detection' },
      { task: 'flowers', kind: 'classification' },
    ]);
  });

  it.each(['helmets', 'helmets:', 'helmets:detector', 'digit,digit', 'a:detection,a:digit', 'a:detection:v1', '', ','])("refuses '%s'", (text) => {
    expect(parseTasks(text)).toBeUndefined();
  });
});

describe('contractOf', () => {
  const helmets = { task: 'helmets', kind: 'detection' } as const;

  it('is the contract of the kind under the name of the task', () => {
    expect(contractOf(helmets)).toMatchObject({ task: 'helmets', kind: 'detection', title: 'Helmets', description: kinds.detection.description });
    expect(contractOf({ ...helmets, title: 'Hard hats', description: 'Who wears one.' })).toMatchObject({ title: 'Hard hats', description: 'Who wears one.' });
    expect(contractOf({ task: 'digit', kind: 'digit' })).toMatchObject({ task: 'digit', title: kinds.digit.title });
  });

  it('has the defaults of the task, for requests and streams', () => {
    const { query, stream } = contractOf({ ...helmets, defaults: { conf_threshold: 0.6 } });
    expect(query!.parse({})).toMatchObject({ conf_threshold: 0.6, iou_threshold: 0.45 });
    expect(query!.parse({ conf_threshold: 0.1 })).toMatchObject({ conf_threshold: 0.1 });
    expect(stream!.query!.parse({})).toMatchObject({ conf_threshold: 0.6 });
  });

  it('has them for any kind that has options', () => {
    const flowers = contractOf({ task: 'flowers', kind: 'classification', defaults: { top_k: 3 } });
    expect(flowers.query!.parse({})).toEqual({ top_k: 3, threshold: 0.5 });
    expect(flowers.stream!.query!.parse({ top_k: 1 })).toMatchObject({ top_k: 1 });
  });

  it('refuses defaults that no request could have', () => {
    expect(() => contractOf({ ...helmets, defaults: { confidence: 0.6 } })).toThrow("defaults: there is no option 'confidence'");
    expect(() => contractOf({ ...helmets, defaults: { conf_threshold: 2 } })).toThrow('defaults.conf_threshold: expected a number from 0 to 1');
    expect(() => contractOf({ task: 'marks', kind: 'digit', defaults: { conf_threshold: 0.5 } })).toThrow('a task of the kind digit has no options');
  });

  it('leaves the schema of the kind as it is', () => {
    withDefaults(kinds.detection.query, { conf_threshold: 0.9 });
    expect(kinds.detection.query.parse({})).toMatchObject({ conf_threshold: 0.25 });
  });
});
