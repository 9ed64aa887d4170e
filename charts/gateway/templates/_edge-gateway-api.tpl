{{- define "facet.gateway.edge.gatewayApi.gateway" -}}
{{- $edge := .root.Values.global.traffic.edge -}}
{{- $from := ternary "Same" "All" (eq (include "facet.gateway.edge.namespace" .) .root.Release.Namespace) -}}
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  {{- $own := dict "as" (include "facet.gateway.edge.name" .) "namespace" (include "facet.gateway.edge.namespace" .) }}
  {{- include "facet.metadata" (merge $own .) | nindent 2 }}
spec:
  gatewayClassName: {{ $edge.gateway.className }}
  {{- with $edge.gateway.addresses }}
  addresses:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  listeners:
    - name: http
      port: 80
      protocol: HTTP
      allowedRoutes: { namespaces: { from: {{ $from }} } }
    {{- with $edge.gateway.tlsSecret }}
    - name: https
      port: 443
      protocol: HTTPS
      tls: { mode: Terminate, certificateRefs: [{ name: {{ . }} }] }
      allowedRoutes: { namespaces: { from: {{ $from }} } }
    {{- end }}
{{- end -}}
