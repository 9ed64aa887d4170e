{{- define "facet.pdb" -}}
{{- $fewest := ternary .values.autoscaling.minReplicas .values.replicas .values.autoscaling.enabled | int -}}
{{- if and .values.podDisruptionBudget.enabled (gt $fewest 1) }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "facet.metadata" . | nindent 2 }}
spec:
  {{- if ne (toString .values.podDisruptionBudget.maxUnavailable) "" }}
  maxUnavailable: {{ .values.podDisruptionBudget.maxUnavailable }}
  {{- else }}
  minAvailable: {{ .values.podDisruptionBudget.minAvailable }}
  {{- end }}
  # Pods that never became ready hold no drain up.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "facet.selectorLabels" . | nindent 6 }}
{{- end }}
{{- end -}}
