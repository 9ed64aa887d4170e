{{/* Names leave room for what is appended to them, such as -v1-models. */}}
{{- define "facet.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- define "facet.fullname" -}}
{{- $name := include "facet.name" . -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- .Values.fullnameOverride | default $full | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- define "facet.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "facet.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{/* What a version says of itself: whether it is enabled, its weight, what it mirrors, where it says otherwise than versions usually do. */}}
{{- define "facet.version" -}}
{{- mergeOverwrite (dict "enabled" true "weight" 50 "mirror" 0) (get .root.Values.versions .version | default dict | deepCopy) | toYaml -}}
{{- end -}}

{{/* Versions that are served, as words, v2 before v10. */}}
{{- define "facet.versions" -}}
{{- $numbers := list -}}
{{- range $version, $_ := .Values.versions -}}
{{- if (include "facet.version" (dict "root" $ "version" $version) | fromYaml).enabled }}{{ $numbers = append $numbers (trimPrefix "v" $version | atoi | printf "%09d") }}{{ end -}}
{{- end -}}
{{- $enabled := list -}}
{{- range sortAlpha $numbers }}{{ $enabled = append $enabled (atoi . | printf "v%d") }}{{ end -}}
{{- join " " $enabled -}}
{{- end -}}

{{/* The task that a chart, or an entry of `tasks`, serves. */}}
{{- define "facet.task" -}}
{{- .Values.task | default .Chart.Name -}}
{{- end -}}

{{/* Address of a Service of a chart: `root`, and `version` or none. */}}
{{- define "facet.url" -}}
{{- $name := include "facet.fullname" .root -}}
{{- $port := .root.Values.service.port | int -}}
http://{{ $name }}{{ with .version }}-{{ . }}{{ end }}{{ if ne $port 80 }}:{{ $port }}{{ end }}
{{- end -}}
