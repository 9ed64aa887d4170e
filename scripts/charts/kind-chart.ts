import { extname } from 'node:path';
import { builtInTasks, kinds, type Kind } from '../../packages/contracts/src/index.ts';
import { toolsOf } from '../kinds/tools-of.ts';

interface KindChart {
  /** Contents by path, from the root of the repository. */
  readonly files: Readonly<Record<string, string>>;
  /** The same of what is written only where it is missing, for a person to go on with. */
  readonly drafts: Readonly<Record<string, string>>;
  /** Targets of symbolic links by path. */
  readonly links: Readonly<Record<string, string>>;
}

/** The chart of a kind's service; charts differ in their values alone. */
export async function kindChart(kind: Kind, version: string): Promise<KindChart> {
  const folder = `charts/${kind}`;
  const { example } = await toolsOf(kind);
  const isTask = builtInTasks.some((task) => task === kind);
  return {
    files: {
      [`${folder}/Chart.yaml`]: `apiVersion: v2
name: ${kind}
description: '${kinds[kind].description.replace(/\.$/, '').replaceAll("'", "''")}'
type: application
version: ${version}
appVersion: ${version}
kubeVersion: '>=1.27.0-0'
keywords: [inference, onnx, vision]
dependencies:
  # Lies in charts/ as a link, so that a fresh clone installs without "helm dependency build".
  - name: common
    version: ${version}
    import-values: [suite, workload, inference]
`,
      [`${folder}/.helmignore`]: '# Not part of a packaged chart.\ntests/\nci/\n.gitkeep\n',
      [`${folder}/templates/NOTES.txt`]: '{{ include "facet.notes.service" . }}\n',
      // In the suite, a kind without a task of its own is only what entries of `tasks` are made of.
      [`${folder}/templates/service.yaml`]: `{{- if ${isTask ? 'ne .Values.enabled false' : 'not .Values.global.suite'} }}
{{- include "facet.inference" . }}
{{- end }}
`,
    },
    drafts: {
      [`${folder}/values.yaml`]: `model:
  # -- \`s3\` or \`pvc\`; \`image\` is for an image of your own that holds models.
  source: s3
versions:
  v2: { enabled: false }
resources:
  requests: { cpu: 100m, memory: 256Mi }
  limits: { cpu: '2', memory: 1536Mi }
autoscaling:
  # -- CPU of a pod at which more are started: 70 % of its limit.
  cpu: 1400m
`,
      [`${folder}/ci/minimal-values.yaml`]: `# One pod of one version, its model from a bucket.
replicas: 1
model: { s3: { url: 's3://bucket/models' } }
`,
    },
    links: {
      [`${folder}/charts/common`]: '../../common',
      [`${folder}/files/test/predict.mjs`]: '../../../common/files/predict.mjs',
      [`${folder}/files/test/input${extname(example.file)}`]: `../../../../${example.file}`,
      [`charts/facet/charts/${kind}`]: `../../${kind}`,
    },
  };
}
