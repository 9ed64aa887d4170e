{{- define "facet.serviceAccount" -}}
{{- if .values.serviceAccount.create }}
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "facet.metadata" (merge (dict "as" (include "facet.serviceAccountName" .root)) .) | nindent 2 }}
  {{- with .values.serviceAccount.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
# Pods that call the API say so themselves.
automountServiceAccountToken: false
{{- end }}
{{- end -}}
