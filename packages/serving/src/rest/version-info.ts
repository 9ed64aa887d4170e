import type { VersionInfo } from '@facet/contracts';
import type { Manifest } from '@facet/inference';

/** A manifest as `/model_info` shows it: what is named here and nothing that a manifest may hold besides. */
export function versionInfo(manifest: Manifest): VersionInfo {
  return {
    model_version: manifest.version,
    model_accuracy: manifest.accuracy?.value ?? null,
    accuracy: manifest.accuracy,
    metrics: manifest.metrics,
    name: manifest.name,
    description: manifest.description,
    architecture: manifest.architecture,
    input_shape: manifest.inputs[0]!.shape,
    output_shape: manifest.outputs[0]!.shape,
    total_parameters: manifest.parameters,
    layers: manifest.layers,
    labels: manifest.labels,
    preprocessing: manifest.preprocessing,
    precision: manifest.precision,
    opset: manifest.opset,
    sha256: manifest.sha256,
    bytes: manifest.bytes,
    host: manifest.host,
    licence: manifest.licence,
    source: manifest.source,
    attribution: manifest.attribution,
    created: manifest.created,
  };
}
