import type { OipConfig, OipModel } from '@facet/contracts';
import type { Manifest, TensorSpec } from '@facet/inference';
import { maxRows } from '../plane/fit-model.ts';

/** `v1` as the protocol names it. */
export function oipVersion(version: string): string {
  return version.slice(1);
}

/** Tensors of all versions; -1 where they differ. */
function common(versions: readonly (readonly TensorSpec[])[]): TensorSpec[] {
  const [first = [], ...others] = versions;
  return first.map(({ name, datatype, shape }, index) => ({
    name,
    datatype,
    shape: shape.map((size, axis) => (others.every((other) => other[index]?.shape[axis] === size) ? size : -1)),
  }));
}

/** @param manifests of the versions that are asked about, at least one */
export function describeModel(task: string, manifests: readonly Manifest[]): OipModel {
  return {
    name: task,
    versions: manifests.map(({ version }) => oipVersion(version)),
    platform: 'onnxruntime_onnx',
    inputs: common(manifests.map(({ inputs }) => inputs)),
    outputs: common(manifests.map(({ outputs }) => outputs)),
  };
}

/**
 * The configuration in the form in which load generators read it.
 *
 * @param encoded the input that takes what must be prepared; it is a parameter and no input, for nobody could guess its bytes
 */
export function describeConfig(task: string, manifests: readonly Manifest[], encoded: string): OipConfig {
  const { name, platform, versions, inputs, outputs } = describeModel(task, manifests);
  const tensor = ({ name: of, datatype, shape }: OipModel['inputs'][number]) => ({ name: of, data_type: `TYPE_${datatype}`, dims: shape.slice(1) });
  return {
    name,
    platform,
    backend: 'onnxruntime',
    max_batch_size: maxRows,
    version_policy: { specific: { versions: versions.map(Number) } },
    input: inputs.map(tensor),
    output: outputs.map(tensor),
    parameters: {
      encoded_input: { string_value: encoded },
      ...Object.fromEntries(manifests.map(({ version, sha256 }) => [`sha256_v${oipVersion(version)}`, { string_value: sha256 }])),
    },
  };
}
