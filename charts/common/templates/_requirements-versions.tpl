{{- define "facet.requirements.inference" -}}
{{- $faults := include "facet.faults.versions" . -}}
{{- range .workloads -}}
{{- $faults = print $faults (include "facet.faults.workload" .) (include "facet.faults.model" .) -}}
{{- end -}}
{{- include "facet.refuse" (dict "chart" (include "facet.task" .root) "faults" $faults) -}}
{{- end -}}

{{- define "facet.faults.versions" -}}
{{- $traffic := .root.Values.global.traffic }}
{{- $sum := 0 }}
{{- range $version, $_ := .values.versions }}
{{- $settings := include "facet.version" (dict "root" $.root "version" $version) | fromYaml }}
{{- if $settings.enabled }}
{{- $sum = add $sum (int $settings.weight) }}
{{- if gt (int $settings.mirror) 0 }}
{{- if gt (int $settings.weight) 0 }}
- versions.{{ $version }}: mirror is for a version of weight 0; this one answers requests already (weight {{ $settings.weight }}). Set one of them to 0.
{{- end }}
{{- if eq $traffic.split "gateway" }}
- versions.{{ $version }}: nothing mirrors requests while global.traffic.split is gateway. Use edge or mesh, or set mirror to 0.
{{- else if ne $traffic.api "istio" }}
- versions.{{ $version }}: an HTTPRoute cannot give the mirrored request its version. Use global.traffic.api istio, or set mirror to 0.
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- if not .workloads }}
- versions: none is enabled. Enable one, or leave the service out (`{{ include "facet.task" .root }}.enabled: false` in chart facet).
{{- else if eq (int $sum) 0 }}
- versions: the weights of all enabled versions are 0, so nobody would answer. Give one a weight.
{{- end }}
{{- end -}}
