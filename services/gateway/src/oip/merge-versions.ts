import type { OipConfig, OipModel } from '@facet/contracts';

/** Sizes in which shapes agree; -1 where they differ. */
function agree(shapes: readonly (readonly number[])[]): number[] {
  const [first = [], ...others] = shapes;
  return first.map((size, axis) => (others.every((other) => other[axis] === size) ? size : -1));
}

type Sized = OipModel['inputs'][number];
type ConfigSized = OipConfig['input'][number];

/** A tensor of which each part is what one version takes or gives. */
function mergeTensor(name: 'inputs' | 'outputs', index: number, parts: readonly OipModel[]): Sized {
  return { ...parts[0]![name][index]!, shape: agree(parts.map((part) => part[name][index]?.shape ?? [])) };
}

/** One model of which each part describes one version. */
export function mergeModels(parts: readonly OipModel[]): OipModel {
  const side = (name: 'inputs' | 'outputs') => parts[0]![name].map((_, index) => mergeTensor(name, index, parts));
  return { ...parts[0]!, versions: parts.flatMap(({ versions }) => versions), inputs: side('inputs'), outputs: side('outputs') };
}

function mergeConfigTensor(name: 'input' | 'output', index: number, parts: readonly OipConfig[]): ConfigSized {
  return { ...parts[0]![name][index]!, dims: agree(parts.map((part) => part[name][index]?.dims ?? [])) };
}

/** The same for configurations. */
export function mergeConfigs(parts: readonly OipConfig[]): OipConfig {
  const side = (name: 'input' | 'output') => parts[0]![name].map((_, index) => mergeConfigTensor(name, index, parts));
  return {
    ...parts[0]!,
    version_policy: { specific: { versions: parts.flatMap((part) => part.version_policy.specific.versions) } },
    input: side('input'),
    output: side('output'),
    parameters: Object.assign({}, ...parts.map((part) => part.parameters)) as OipConfig['parameters'],
  };
}
