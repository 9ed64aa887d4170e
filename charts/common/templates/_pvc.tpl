{{/* A claim for models, shared by the versions that take theirs from one that the chart makes. */}}
{{- define "facet.modelClaim" -}}
{{- $pvc := .values.model.pvc -}}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  {{- include "facet.metadata" (set (omit . "version") "as" (printf "%s-models" (include "facet.fullname" .root))) | nindent 2 }}
  {{- if $pvc.keep }}
  annotations:
    helm.sh/resource-policy: keep
  {{- end }}
spec:
  accessModes:
    {{- toYaml $pvc.accessModes | nindent 4 }}
  {{- with $pvc.storageClassName }}
  storageClassName: {{ . }}
  {{- end }}
  resources:
    requests:
      storage: {{ $pvc.size }}
{{- end -}}
