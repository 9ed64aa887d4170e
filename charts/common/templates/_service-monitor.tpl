{{/* One for all versions, through the Service that has no version, so that no pod is scraped twice. */}}
{{- define "facet.serviceMonitor" -}}
{{- if or .values.serviceMonitor.enabled .root.Values.global.serviceMonitors }}
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  {{- include "facet.metadata" . | nindent 2 }}
    {{- with .values.serviceMonitor.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  jobLabel: app.kubernetes.io/name
  selector:
    matchLabels:
      {{- include "facet.selectorLabels" . | nindent 6 }}
    matchExpressions:
      - { key: version, operator: DoesNotExist }
  endpoints:
    - port: {{ include "facet.operationsPort" . }}
      path: /metrics
      interval: {{ .values.serviceMonitor.interval }}
      # What rules and dashboards count on, whatever the release is called: monitoring/README.md.
      honorLabels: true
      relabelings:
        - { targetLabel: job, replacement: facet }
        - { targetLabel: service, replacement: {{ include "facet.name" .root | quote }} }
{{- end }}
{{- end -}}
