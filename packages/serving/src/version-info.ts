import type { VersionInfo } from '@facet/contracts';
import type { Manifest } from '@facet/inference';

/** A manifest as `/model_info` shows it. */
export function versionInfo(manifest: Manifest): VersionInfo {
  const {
    name,
    description,
    architecture,
    labels,
    preprocessing,
    precision,
    opset,
    sha256,
    bytes,
    host,
    licence,
    source,
    attribution,
    created,
    accuracy,
    metrics,
    layers,
  } = manifest;
  return {
    model_version: manifest.version,
    model_accuracy: accuracy?.value ?? null,
    accuracy,
    metrics,
    name,
    description,
    architecture,
    input_shape: manifest.inputs[0]!.shape,
    output_shape: manifest.outputs[0]!.shape,
    total_parameters: manifest.parameters,
    layers,
    labels,
    preprocessing,
    precision,
    opset,
    sha256,
    bytes,
    host,
    licence,
    source,
    attribution,
    created,
  };
}
