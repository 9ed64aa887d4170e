{{/* A block that the suite sets for all and a workload for itself, where it is not empty: `key`, and the workload. */}}
{{- define "facet.block" -}}
{{- $block := deepCopy (get .workload.root.Values.global .key) -}}
{{- range $key, $value := get .workload.values .key -}}
{{- if $value }}{{ $_ := set $block $key $value }}{{ end -}}
{{- end -}}
{{- toYaml $block -}}
{{- end -}}

{{/* Environment variables from a dict; what is empty is left out. */}}
{{- define "facet.pairs" -}}
{{- range $name, $value := . }}
{{- if not (or (kindIs "invalid" $value) (eq (toString $value) "")) }}
- name: {{ $name }}
  value: {{ toString $value | quote }}
{{- end }}
{{- end }}
{{- end -}}
