{{/* The whole gateway: `root`, and `upstreams` by task: url, and by version url, weight and mirror. */}}
{{- define "facet.gateway" -}}
{{- $w := dict "root" .root "values" .root.Values "version" "" "name" (include "facet.fullname" .root) "component" "gateway" "upstreams" .upstreams -}}
{{- $_ := set $w "token" (eq (include "facet.gateway.discovers" .root) "true") -}}
{{- include "facet.requirements.gateway" $w -}}
{{- include "facet.shared" $w }}
{{- include "facet.workload" $w }}
{{- include "facet.document" (include "facet.gateway.weights" $w) }}
{{- if $w.token }}
{{- include "facet.document" (include "facet.gateway.rbac" $w) }}
{{- end }}
{{- include "facet.document" (include "facet.gateway.edge" $w) }}
{{- end -}}

{{/* Pods that are addressed one by one would pass a mesh's routes by. */}}
{{- define "facet.gateway.discovers" -}}
{{- and .Values.discovery.enabled (ne .Values.global.traffic.split "mesh") -}}
{{- end -}}

{{/* The gateway reads this file again when it changes: new weights need no restart, hence no checksum at the pods. */}}
{{- define "facet.gateway.weights" -}}
{{- $weights := dict -}}
{{- range $task, $upstream := .upstreams -}}
{{- $shares := dict -}}
{{- range $version, $settings := $upstream.versions }}{{ $_ := set $shares $version (int $settings.weight) }}{{ end -}}
{{- $_ := set $weights $task $shares -}}
{{- end -}}
apiVersion: v1
kind: ConfigMap
metadata:
  {{- include "facet.metadata" (set (omit . "as") "as" (printf "%s-weights" .name)) | nindent 2 }}
data:
  weights.json: {{ toJson $weights | quote }}
{{- end -}}
