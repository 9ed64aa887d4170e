{{- define "facet.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "facet.metadata" . | nindent 2 }}
  {{- with .values.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- /* With an autoscaler the number is its own: an upgrade must not reset it. */}}
  {{- if not .values.autoscaling.enabled }}
  replicas: {{ .values.replicas }}
  {{- end }}
  revisionHistoryLimit: {{ .values.revisionHistoryLimit }}
  strategy:
    type: RollingUpdate
    rollingUpdate:
      {{- toYaml .values.strategy | nindent 6 }}
  selector:
    matchLabels:
      {{- include "facet.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "facet.podLabels" . | nindent 8 }}
      annotations:
        kubectl.kubernetes.io/default-container: {{ .root.Chart.Name }}
        {{- with include "facet.awsSecretData" . }}
        checksum/aws-credentials: {{ sha256sum . }}
        {{- end }}
        {{- with .values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      {{- include "facet.podSpec" . | nindent 6 }}
{{- end -}}
