{{/* Where pods run: apart from each other where there is room, on GPUs where asked, never pending for the sake of spreading. */}}
{{- define "facet.scheduling" -}}
{{- $gpu := .values.gpu | default dict -}}
{{- $nodeSelector := ternary (mergeOverwrite (dict) ($gpu.nodeSelector | default dict) .values.nodeSelector) .values.nodeSelector (default false $gpu.enabled) }}
{{- $tolerations := ternary (concat .values.tolerations ($gpu.tolerations | default list)) .values.tolerations (default false $gpu.enabled) }}
{{- with $nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
affinity:
  {{- if .values.affinity }}
  {{- toYaml .values.affinity | nindent 2 }}
  {{- else }}
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- include "facet.selectorLabels" . | nindent 14 }}
  {{- end }}
{{- if .values.topologySpread }}
topologySpreadConstraints:
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "facet.selectorLabels" $ | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
  {{- end }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .values.runtimeClassName }}
runtimeClassName: {{ . }}
{{- end }}
{{- end -}}

{{/* Requests and limits, a GPU among them where asked. */}}
{{- define "facet.resources" -}}
{{- $resources := deepCopy .values.resources -}}
{{- $gpu := .values.gpu | default dict -}}
{{- if $gpu.enabled -}}
{{- $_ := set $resources "limits" (mergeOverwrite (dict $gpu.resource (toString $gpu.count)) ($resources.limits | default dict)) -}}
{{- end -}}
{{- toYaml $resources -}}
{{- end -}}
