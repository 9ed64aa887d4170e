{{/* Where a workload's image lies: its own settings win over the suite's. */}}
{{- define "facet.image" -}}
{{- $all := .root.Values.global.image -}}
{{- $own := .values.image -}}
{{- $registry := $own.registry | default $all.registry -}}
{{- $repository := $own.repository | default (printf "facet-%s" .root.Chart.Name) -}}
{{- $tag := $own.tag | default $all.tag | default .root.Chart.AppVersion -}}
{{- $gpu := .values.gpu | default dict -}}
{{- if $registry }}{{ $registry }}/{{ end }}{{ $repository }}
{{- if $own.digest }}@{{ $own.digest }}{{ else }}:{{ $tag }}{{ if $gpu.enabled }}{{ $gpu.imageSuffix }}{{ end }}{{ end }}
{{- end -}}

{{- define "facet.pullPolicy" -}}
{{- .values.image.pullPolicy | default .root.Values.global.image.pullPolicy -}}
{{- end -}}

{{- define "facet.pullSecrets" -}}
{{- with concat .root.Values.global.image.pullSecrets .values.image.pullSecrets | uniq }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
