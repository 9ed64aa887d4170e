{{/* The same with the Gateway API: a route whose parent is the Service (GAMMA), and a Service for each version. */}}
{{- define "facet.mesh.httpRoute" -}}
{{- $port := .values.service.port -}}
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  {{- include "facet.metadata" . | nindent 2 }}
spec:
  parentRefs:
    - { group: "", kind: Service, name: {{ .name }}, port: {{ $port }} }
  rules:
    {{- range $version := include "facet.versions" .root | splitList " " }}
    - matches:
        - path: { type: Exact, value: /{{ $version }}/predict }
        - headers:
            - { name: x-model-version, value: {{ $version }} }
      timeouts: { request: {{ $.root.Values.global.traffic.timeout }} }
      backendRefs:
        - { name: {{ $.name }}-{{ $version }}, port: {{ $port }} }
    {{- end }}
    - timeouts: { request: {{ .root.Values.global.traffic.timeout }} }
      backendRefs:
        {{- range $version := include "facet.versions" .root | splitList " " }}
        - { name: {{ $.name }}-{{ $version }}, port: {{ $port }}, weight: {{ (include "facet.version" (dict "root" $.root "version" $version) | fromYaml).weight }} }
        {{- end }}
{{- end -}}
