{{/* A workload is a dict: root, values (with its version's laid over), version (or ""), name, component. */}}

{{/* These select pods and never change over upgrades. */}}
{{- define "facet.selectorLabels" -}}
app.kubernetes.io/name: {{ include "facet.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- with .version }}
version: {{ . }}
{{- end }}
{{- end -}}

{{/* Pods: nothing here changes unless what runs in them does, so that a new chart alone restarts none. */}}
{{- define "facet.podLabels" -}}
{{ include "facet.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: facet
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- with mergeOverwrite (dict) .root.Values.global.labels .values.podLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "facet.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{ include "facet.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: facet
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- with .root.Values.global.labels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Metadata of an object: the workload's labels; name and namespace as given, or the workload's. */}}
{{- define "facet.metadata" -}}
name: {{ .as | default .name }}
namespace: {{ .namespace | default .root.Release.Namespace }}
labels:
  {{- include "facet.labels" . | nindent 2 }}
{{- end -}}
