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

{{/* Versions that are served, as words. */}}
{{- define "facet.versions" -}}
{{- $enabled := list -}}
{{- range $version, $settings := .Values.versions -}}
{{- if $settings.enabled }}{{ $enabled = append $enabled $version }}{{ end -}}
{{- end -}}
{{- join " " $enabled -}}
{{- end -}}

{{/* Address of a Service of a chart: `root`, and `version` or none. */}}
{{- define "facet.url" -}}
{{- $name := include "facet.fullname" .root -}}
{{- $port := .root.Values.service.port | int -}}
http://{{ $name }}{{ with .version }}-{{ . }}{{ end }}{{ if ne $port 80 }}:{{ $port }}{{ end }}
{{- end -}}
