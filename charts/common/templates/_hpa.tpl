{{- define "facet.hpa" -}}
{{- $auto := .values.autoscaling -}}
{{- if and $auto.enabled (eq $auto.engine "hpa") }}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  {{- include "facet.metadata" . | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ .name }}
  minReplicas: {{ $auto.minReplicas }}
  maxReplicas: {{ $auto.maxReplicas }}
  metrics:
    {{- with $auto.cpu }}
    - type: ContainerResource
      containerResource:
        name: cpu
        container: {{ $.root.Chart.Name }}
        target: { type: AverageValue, averageValue: {{ . }} }
    {{- end }}
    {{- range $metric, $value := dict "inference_queue_depth" $auto.queueDepth "inference_in_flight" $auto.inFlight }}
    {{- if $value }}
    - type: Pods
      pods:
        metric: { name: {{ $metric }} }
        target: { type: AverageValue, averageValue: {{ $value | quote }} }
    {{- end }}
    {{- end }}
  behavior:
    {{- toYaml $auto.behavior | nindent 4 }}
{{- end }}
{{- end -}}
