{{/* One for all versions. Probes and port-forwards come from the node itself, which no policy stops. */}}
{{- define "facet.networkPolicy" -}}
{{- $policy := .values.networkPolicy -}}
{{- if $policy.enabled }}
{{- $peers := include "facet.networkPolicy.peers" . | fromYamlArray -}}
{{- $operators := include "facet.networkPolicy.operators" . | fromYamlArray -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "facet.metadata" . | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "facet.selectorLabels" . | nindent 6 }}
  policyTypes: [Ingress{{ if or $policy.restrictEgress $policy.egress }}, Egress{{ end }}]
  ingress:
    - ports:
        - { port: http, protocol: TCP }
      {{- if ne (include "facet.networkPolicy.isPublic" .) "true" }}
      from:
        {{- if .values.operations.enabled }}
        {{- toYaml $peers | nindent 8 }}
        {{- else }}
        {{- toYaml (concat $peers $operators) | nindent 8 }}
        {{- end }}
      {{- end }}
    {{- if and .values.operations.enabled $operators }}
    - ports:
        - { port: operations, protocol: TCP }
      from:
        {{- toYaml $operators | nindent 8 }}
    {{- end }}
  {{- if or $policy.restrictEgress $policy.egress }}
  egress:
    - ports:
        - { port: 53, protocol: UDP }
        - { port: 53, protocol: TCP }
    {{- if eq .component "gateway" }}
    - ports:
        - { port: http, protocol: TCP }
      to:
        - podSelector:
            matchLabels: { app.kubernetes.io/part-of: facet, app.kubernetes.io/component: inference }
    {{- end }}
    {{- with $policy.egress }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* The gateway is for all unless `from` names who may call; a service only where it has an Ingress of its own. */}}
{{- define "facet.networkPolicy.isPublic" -}}
{{- or (and (eq .component "gateway") (empty .values.networkPolicy.from)) (and (ne .component "gateway") .values.ingress.enabled) -}}
{{- end -}}

{{/* Who may call the port of predictions: for a service the gateway's pods, of the same release in the suite. `helm test` asks a chart that is
     installed by itself directly, and the gateway always. */}}
{{- define "facet.networkPolicy.peers" -}}
{{- $isSuite := .root.Values.global.suite | default false -}}
{{- if ne .component "gateway" }}
- podSelector:
    matchLabels:
      app.kubernetes.io/part-of: facet
      app.kubernetes.io/component: gateway
      {{- if $isSuite }}
      app.kubernetes.io/instance: {{ .root.Release.Name }}
      {{- end }}
{{- end }}
{{- if or (eq .component "gateway") (not $isSuite) }}
- podSelector:
    matchLabels:
      app.kubernetes.io/instance: {{ .root.Release.Name }}
      app.kubernetes.io/component: test
{{- end }}
{{- with .values.networkPolicy.from }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Who may call operations: the Prometheus that the values name, by namespace and label both, and who else is listed. */}}
{{- define "facet.networkPolicy.operators" -}}
{{- $prometheus := .root.Values.global.prometheus -}}
{{- if $prometheus.namespace }}
- namespaceSelector:
    matchLabels: { kubernetes.io/metadata.name: {{ $prometheus.namespace }} }
  podSelector:
    matchLabels:
      {{- toYaml $prometheus.podLabels | nindent 6 }}
{{- end }}
{{- with .values.networkPolicy.operationsFrom }}
{{ toYaml . }}
{{- end }}
{{- end -}}
