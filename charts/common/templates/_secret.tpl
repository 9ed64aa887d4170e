{{- define "facet.awsSecretData" -}}
{{- $aws := include "facet.block" (dict "workload" . "key" "awsCredentials") | fromYaml -}}
{{- if and $aws.accessKeyId (not $aws.existingSecret) -}}
AWS_ACCESS_KEY_ID: {{ $aws.accessKeyId | quote }}
AWS_SECRET_ACCESS_KEY: {{ $aws.secretAccessKey | quote }}
{{- with $aws.sessionToken }}
AWS_SESSION_TOKEN: {{ . | quote }}
{{- end }}
{{- end -}}
{{- end -}}

{{- define "facet.awsCredentials" -}}
{{- with include "facet.awsSecretData" . }}
apiVersion: v1
kind: Secret
metadata:
  {{- include "facet.metadata" (merge (dict "as" (include "facet.awsSecret" $)) $) | nindent 2 }}
type: Opaque
stringData:
  {{- . | nindent 2 }}
{{- end }}
{{- end -}}
