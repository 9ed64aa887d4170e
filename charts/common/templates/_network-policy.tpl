{{/* One for all versions. Probes and port-forwards come from the node itself, which no policy stops. */}}
{{- define "facet.networkPolicy" -}}
{{- $policy := .values.networkPolicy -}}
{{- if $policy.enabled }}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "facet.metadata" . | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "facet.selectorLabels" . | nindent 6 }}
  policyTypes: [Ingress{{ if $policy.egress }}, Egress{{ end }}]
  ingress:
    - ports:
        - { port: http, protocol: TCP }
      {{- if not (or (eq .component "gateway") .values.ingress.enabled) }}
      from:
        - podSelector: {}
        - namespaceSelector: {}
          podSelector:
            matchLabels: { app.kubernetes.io/name: prometheus }
        {{- with $policy.from }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- end }}
  {{- with $policy.egress }}
  egress:
    - ports:
        - { port: 53, protocol: UDP }
        - { port: 53, protocol: TCP }
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end -}}
