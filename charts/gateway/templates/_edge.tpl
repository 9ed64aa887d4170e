{{/* The route at the edge. Everything goes to the gateway; where the edge splits, it names the version of predictions that name neither
     user nor version. Users are left to the gateway, which keeps them on one version by the same weights. */}}
{{- define "facet.gateway.hasEdge" -}}
{{- $traffic := .root.Values.global.traffic -}}
{{- or (eq $traffic.split "edge") $traffic.edge.enabled -}}
{{- end -}}

{{- define "facet.gateway.edge" -}}
{{- if eq (include "facet.gateway.hasEdge" .) "true" -}}
{{- $kind := ternary "istio" "gatewayApi" (eq .root.Values.global.traffic.api "istio") -}}
{{- if .root.Values.global.traffic.edge.gateway.create }}
{{ include (printf "facet.gateway.edge.%s.gateway" $kind) . }}
---
{{- end }}
{{ include (printf "facet.gateway.edge.%s.route" $kind) . }}
{{- end }}
{{- end -}}

{{/* Tasks whose predictions the edge splits: those with a choice. */}}
{{- define "facet.gateway.edge.split" -}}
{{- $tasks := dict -}}
{{- if eq .root.Values.global.traffic.split "edge" -}}
{{- range $task, $upstream := .upstreams -}}
{{- if gt (len $upstream.versions) 1 }}{{ $_ := set $tasks $task $upstream.versions }}{{ end -}}
{{- end -}}
{{- end -}}
{{- toYaml $tasks -}}
{{- end -}}

{{- define "facet.gateway.edge.name" -}}
{{- .root.Values.global.traffic.edge.gateway.name | default .name -}}
{{- end -}}

{{- define "facet.gateway.edge.namespace" -}}
{{- .root.Values.global.traffic.edge.gateway.namespace | default .root.Release.Namespace -}}
{{- end -}}

{{/* Paths of a task's predictions whose version is open. */}}
{{- define "facet.gateway.edge.paths" -}}
/{{ . }}/predict /{{ . }}/batch/predict
{{- end -}}
