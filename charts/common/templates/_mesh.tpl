{{/* Inside a mesh, for callers with sidecars. A call that names its version, as the gateway's do, gets it; the rest is split by weight. */}}
{{- define "facet.mesh" -}}
{{- $traffic := .root.Values.global.traffic -}}
{{- if eq $traffic.split "mesh" -}}
{{- if eq $traffic.api "istio" -}}
{{- include "facet.mesh.destinationRule" . }}
---
{{ include "facet.mesh.virtualService" . }}
{{- else -}}
{{- include "facet.mesh.httpRoute" . }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The version that mirrors requests, if any: version and percent. */}}
{{- define "facet.mirror" -}}
{{- range $version, $_ := .Values.versions }}
{{- $settings := include "facet.version" (dict "root" $ "version" $version) | fromYaml }}
{{- if and $settings.enabled (gt (int $settings.mirror) 0) }}
version: {{ $version }}
percent: {{ $settings.mirror }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "facet.mesh.destinationRule" -}}
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  {{- include "facet.metadata" . | nindent 2 }}
spec:
  host: {{ .name }}.{{ .root.Release.Namespace }}.svc.cluster.local
  trafficPolicy:
    {{- include "facet.trafficPolicy" . | nindent 4 }}
  subsets:
    {{- range include "facet.versions" .root | splitList " " }}
    - name: {{ . }}
      labels: { version: {{ . }} }
    {{- end }}
{{- end -}}

{{/* Idle connections are given up before the server's KEEP_ALIVE (75 s) does, so that no request meets a closing one. */}}
{{- define "facet.trafficPolicy" -}}
loadBalancer: { simple: LEAST_REQUEST }
connectionPool:
  http: { idleTimeout: 60s }
{{- end -}}

{{/* What every rule of a VirtualService says about time and retries. */}}
{{- define "facet.routePolicy" -}}
{{- $traffic := .Values.global.traffic -}}
timeout: {{ $traffic.timeout }}
retries:
  attempts: {{ $traffic.retries.attempts }}
  {{- if $traffic.retries.attempts }}
  retryOn: {{ $traffic.retries.retryOn }}
  {{- end }}
{{- end -}}
