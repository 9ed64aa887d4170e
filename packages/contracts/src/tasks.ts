import { z } from 'zod';
import { classificationContract } from './classification.ts';
import { detectionContract } from './detection.ts';
import { digitContract } from './digit.ts';
import { gestureContract } from './gesture.ts';
import type { TaskContract } from './task-contract.ts';

/** How an input becomes an answer, by kind: each is code. A task is a kind with a name and models of its own. */
export const kinds = {
  gesture: gestureContract,
  digit: digitContract,
  detection: detectionContract,
  classification: classificationContract,
} as const;

export type Kind = keyof typeof kinds;

export const kindNames = Object.keys(kinds) as [Kind, ...Kind[]];

/** The tasks that every suite has, in the order in which they are shown: each has the name of its kind, and models in the repository. Other kinds serve only tasks of their users. */
export const taskContracts = [gestureContract, digitContract, detectionContract] as const;

/** Their names. */
export type BuiltInTask = (typeof taskContracts)[number]['task'];
export const builtInTasks: readonly BuiltInTask[] = taskContracts.map(({ task }) => task);

/** The versions of each of them whose models are in the repository. */
export const builtInVersions = ['v1', 'v2'] as const;

/** First segments of paths that the gateway has for itself, and names that mean something else in settings and scopes. */
const reserved = new Set([
  'admin',
  'any',
  'assets',
  'batch',
  'docs',
  'ensemble',
  'experiments',
  'gateway',
  'health',
  'label',
  'metrics',
  'open',
  'redoc',
  'status',
]);

/** The name of a task: a segment of paths, a label of metrics, a part of names in Kubernetes. */
export const taskName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,30}$/, 'expected up to 31 small letters, digits and hyphens, a letter first')
  .refine((name) => !name.endsWith('-'), 'a name of a task does not end with a hyphen')
  .refine((name) => !reserved.has(name) && !/^v\d+$/.test(name), 'a name that Facet needs for something else');

const kind = z.enum(kindNames);

/** What `models/<task>/task.json` says of a task; its versions are the folders beside it. */
export const taskFile = z.strictObject({
  task: taskName,
  kind,
  title: z.string().min(1).max(80).optional().describe('Display name; defaults to the capitalised task name.'),
  description: z.string().min(1).max(500).optional(),
  limits: z.strictObject({ bodyMaxBytes: z.number().int().min(1024).optional() }).optional(),
  defaults: z.record(z.string(), z.unknown()).optional().describe('Of the options of a request, such as `conf_threshold`.'),
  labels: z
    .array(z.string().min(1).max(200))
    .min(1)
    .refine((names) => new Set(names).size === names.length, 'expected each label once')
    .optional()
    .describe("Names of the classes in the order of the models' outputs, in place of those in the manifests."),
  actions: z
    .record(z.string(), z.enum(['up', 'down', 'left', 'right']))
    .optional()
    .describe('What each gesture means to a game; for the kind gesture alone.'),
});

export type TaskFile = z.infer<typeof taskFile>;

/** How the settings of a task are named: they begin with `TASK_BLOOD_CELLS` for `blood-cells`, and those of the first three have older names too. */
export function settingNames(task: string): { readonly prefix: string; readonly isFirst: boolean } {
  return { prefix: `TASK_${task.toUpperCase().replaceAll('-', '_')}`, isFirst: builtInTasks.some((name) => name === task) };
}

/**
 * The contract of a task: that of its kind, under its own name and with its own defaults.
 *
 * @throws {Error} when there is no option of a default's name, or the default is no value of it
 */
export function contractOf({ task, kind: of, title, description, defaults }: Omit<TaskFile, 'limits' | 'labels' | 'actions'>): TaskContract {
  const contract: TaskContract = kinds[of];
  const { query } = contract;
  if (defaults && !query) throw new Error(`defaults: a task of the kind ${of} has no options`);
  const ofTask = task === of ? contract.title : `${task[0]!.toUpperCase()}${task.slice(1).replaceAll('-', ' ')}`;
  return {
    ...contract,
    task,
    title: title ?? ofTask,
    description: description ?? contract.description,
    ...(query && { query: withDefaults(query, defaults) }),
    ...(contract.stream?.query && { stream: { ...contract.stream, query: withDefaults(contract.stream.query, defaults) } }),
  };
}

/**
 * A schema of options with other defaults.
 *
 * @throws {Error} when there is no option of that name, or it does not take that value
 */
export function withDefaults<T extends z.ZodObject>(schema: T, defaults: Readonly<Record<string, unknown>> = {}): T {
  const changed = Object.entries(defaults).map(([name, value]) => {
    const option = schema.shape[name] as z.ZodType | undefined;
    if (!option) throw new Error(`defaults: there is no option '${name}'; there is ${Object.keys(schema.shape).join(', ')}`);
    const result = option.safeParse(value);
    if (!result.success) throw new Error(`defaults.${name}: ${result.error.issues.map(({ message }) => message).join('; ')}`);
    return [name, option.default(value)] as const;
  });
  return changed.length === 0 ? schema : (schema.extend(Object.fromEntries(changed)) as unknown as T);
}

/** Reads `TASKS`: names, each perhaps with its kind behind a colon; without one its kind has its name. */
export function parseTasks(text: string): readonly Pick<TaskFile, 'task' | 'kind'>[] | undefined {
  const declared = text.split(',').map((part) => {
    const [name = '', of = name, ...rest] = part.trim().split(':');
    const parsed = z.object({ task: taskName, kind }).safeParse({ task: name, kind: of });
    return rest.length === 0 && parsed.success ? parsed.data : undefined;
  });
  const isSound = declared.every((each) => each !== undefined) && new Set(declared.map((each) => each.task)).size === declared.length;
  return isSound ? declared : undefined;
}
