{{/* One for all versions (version ""), and one for each. */}}
{{- define "facet.service" -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "facet.metadata" . | nindent 2 }}
  {{- with .values.service.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: {{ .values.service.type }}
  {{- include "facet.ipFamilies" . | nindent 2 }}
  ports:
    - name: http
      port: {{ .values.service.port }}
      targetPort: http
      protocol: TCP
      appProtocol: http
  selector:
    {{- include "facet.selectorLabels" . | nindent 4 }}
{{- end -}}
