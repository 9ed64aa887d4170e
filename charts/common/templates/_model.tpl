{{/* Where a version's model comes from: the image, a volume, or S3 by an init container. The layout is the same: <task>/<version>/. */}}
{{- define "facet.inference.env" -}}
{{- $store := include "facet.block" (dict "workload" . "key" "objectStore") | fromYaml -}}
{{- $elsewhere := ne .values.model.source "image" -}}
{{- include "facet.pairs" (dict
  "TASK" (.root.Values.task | default "")
  "MODEL_VERSIONS" (include "facet.inference.loaded" . | replace " " ",")
  "AB_WEIGHTS" (ternary (printf "%s=1" .version) "" .values.ensemble)
  "WORKERS" (ternary "" (toString .values.workers) (eq (int .values.workers) 0))
  "STATE_DIR" "/state"
  "SAMPLES_DIR" (ternary "none" "" (empty $store.bucket))
  "UNCERTAINTY_THRESHOLD" .values.uncertaintyThreshold
  "EXECUTION_PROVIDERS" (ternary (join "," .values.gpu.providers) "" .values.gpu.enabled)) }}
{{- range $version := include "facet.inference.loaded" . | splitList " " -}}
{{- $model := mergeOverwrite (deepCopy $.root.Values.model) (deepCopy (dig $version "model" dict $.root.Values.versions)) -}}
{{- include "facet.pairs" (dict
  (printf "MODEL_%s_PATH" (upper $version)) (ternary (printf "/models/%s/%s" (include "facet.task" $.root) $version) "" $elsewhere)
  (printf "MODEL_%s_SHA256" (upper $version)) $model.sha256) }}
{{- end }}
{{- with .values.actions }}
- name: {{ printf "TASK_%s_ACTIONS" (include "facet.task" $.root | upper | replace "-" "_") }}
  value: {{ toJson . | quote }}
{{- end }}
{{- end -}}

{{/* Versions that a pod loads: its own, or all of them where they answer together. */}}
{{- define "facet.inference.loaded" -}}
{{- ternary (include "facet.versions" .root) .version .values.ensemble -}}
{{- end -}}

{{/* What drift detection has seen outlives a container that restarts, not its pod; samples go to the bucket or nowhere, for a pod's disk goes with it. */}}
{{- define "facet.inference.volumes" }}
- name: state
  emptyDir: { sizeLimit: 64Mi }
{{- if eq .values.model.source "pvc" }}
- name: models
  persistentVolumeClaim:
    claimName: {{ .values.model.pvc.existingClaim | default (printf "%s-models" (include "facet.fullname" .root)) }}
    readOnly: true
{{- else if eq .values.model.source "s3" }}
- name: models
  emptyDir:
    sizeLimit: {{ .values.model.sizeLimit }}
{{- end }}
{{- end -}}

{{- define "facet.inference.mounts" }}
- { name: state, mountPath: /state }
{{- if ne .values.model.source "image" }}
- name: models
  mountPath: /models
  readOnly: true
  {{- if and (eq .values.model.source "pvc") .values.model.pvc.subPath }}
  subPath: {{ .values.model.pvc.subPath }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "facet.inference.initContainers" -}}
{{- if eq .values.model.source "s3" }}
{{- $store := include "facet.block" (dict "workload" . "key" "objectStore") | fromYaml }}
- name: pull-models
  image: {{ include "facet.image" . }}
  imagePullPolicy: {{ include "facet.pullPolicy" . }}
  args: [dist/main.js, pull-models]
  env:
    {{- include "facet.pairs" (dict
      "MODELS_URL" .values.model.s3.url
      "MODELS_DIR" "/models"
      "TASK" (.root.Values.task | default "")
      "MODEL_VERSIONS" (include "facet.inference.loaded" . | replace " " ",")
      "S3_ENDPOINT" (.values.model.s3.endpoint | default $store.endpoint)) | nindent 4 }}
    {{- include "facet.awsEnv" (merge (dict "region" .values.model.s3.region) .) | nindent 4 }}
    {{- with .values.extraEnv }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .values.extraEnvFrom }}
  envFrom:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  resources:
    {{- toYaml (omit .values.resources "claims") | nindent 4 }}
  securityContext:
    {{- toYaml .values.securityContext | nindent 4 }}
  volumeMounts:
    - { name: models, mountPath: /models }
    - { name: tmp, mountPath: /tmp }
{{- end }}
{{- end -}}
