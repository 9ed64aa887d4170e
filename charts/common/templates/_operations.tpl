{{/* The port of operations: metrics, status, drift, samples, probes. It is in no Service that carries predictions, which may be exposed. */}}
{{- define "facet.operationsPort" -}}
{{- ternary "operations" "http" .values.operations.enabled -}}
{{- end -}}

{{- define "facet.operationsService" -}}
{{- if .values.operations.enabled }}
apiVersion: v1
kind: Service
metadata:
  {{- include "facet.metadata" (merge (dict "as" (printf "%s-operations" .name)) .) | nindent 2 }}
spec:
  type: ClusterIP
  {{- include "facet.ipFamilies" . | nindent 2 }}
  ports:
    - name: operations
      port: {{ .values.operations.port }}
      targetPort: operations
      protocol: TCP
      appProtocol: http
  selector:
    {{- include "facet.selectorLabels" . | nindent 4 }}
{{- end }}
{{- end -}}

{{/* The families of a Service's addresses; the cluster's own where nothing is set. */}}
{{- define "facet.ipFamilies" -}}
{{- with .values.service.ipFamilyPolicy }}
ipFamilyPolicy: {{ . }}
{{- end }}
{{- with .values.service.ipFamilies }}
ipFamilies: {{ toJson . }}
{{- end }}
{{- end -}}
