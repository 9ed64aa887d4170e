{{/* Lays `over` on `base`, in place. Sprig's merge would skip what is false, 0 or "". */}}
{{- define "facet.overlay" -}}
{{- range $key, $value := .over -}}
{{- $below := get $.base $key -}}
{{- if and (kindIs "map" $value) (kindIs "map" $below) -}}
{{- include "facet.overlay" (dict "base" $below "over" $value) -}}
{{- else -}}
{{- $_ := set $.base $key $value -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* A block that the suite sets for all and a workload for itself: `key`, beside a workload's root and values. */}}
{{- define "facet.block" -}}
{{- $own := get .workload.values .key -}}
{{- $all := get .workload.root.Values.global .key -}}
{{- mergeOverwrite (dict) $all $own | toYaml -}}
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
