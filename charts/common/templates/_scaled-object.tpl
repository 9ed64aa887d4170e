{{/* KEDA instead of a HorizontalPodAutoscaler: it makes one, and asks Prometheus itself. */}}
{{- define "facet.scaledObject" -}}
{{- $auto := .values.autoscaling -}}
{{- if and $auto.enabled (eq $auto.engine "keda") }}
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  {{- include "facet.metadata" . | nindent 2 }}
spec:
  scaleTargetRef:
    name: {{ .name }}
  minReplicaCount: {{ $auto.minReplicas }}
  maxReplicaCount: {{ $auto.maxReplicas }}
  pollingInterval: {{ $auto.keda.pollingInterval }}
  {{- if or $auto.queueDepth $auto.inFlight }}
  # While Prometheus does not answer.
  fallback:
    failureThreshold: {{ $auto.keda.fallback.failureThreshold }}
    replicas: {{ $auto.keda.fallback.replicas | default $auto.minReplicas }}
    behavior: {{ $auto.keda.fallback.behavior }}
  {{- end }}
  advanced:
    horizontalPodAutoscalerConfig:
      behavior:
        {{- toYaml $auto.behavior | nindent 8 }}
  triggers:
    {{- with $auto.cpu }}
    - type: cpu
      metricType: AverageValue
      metadata: { value: {{ . | quote }}, containerName: {{ $.root.Chart.Name }} }
    {{- end }}
    {{- range $metric, $value := dict "inference_queue_depth" $auto.queueDepth "inference_in_flight" $auto.inFlight }}
    {{- if $value }}
    - type: prometheus
      metricType: AverageValue
      metadata:
        serverAddress: {{ $auto.keda.serverAddress }}
        query: sum({{ $metric }}{namespace="{{ $.root.Release.Namespace }}",pod=~"{{ $.name }}-[a-z0-9]+-[a-z0-9]+"})
        threshold: {{ $value | quote }}
    {{- end }}
    {{- end }}
{{- end }}
{{- end -}}
