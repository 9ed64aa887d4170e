{{/* The secret between gateway and services, as a file that is read again when it changes. */}}
{{- define "facet.serviceToken.env" -}}
{{- with .root.Values.global.serviceToken }}
{{- if .existingSecret }}
- name: SERVICE_TOKEN_FILE
  value: /etc/facet-service-token/{{ .key }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "facet.serviceToken.mount" -}}
{{- if .root.Values.global.serviceToken.existingSecret }}
- { name: service-token, mountPath: /etc/facet-service-token, readOnly: true }
{{- end }}
{{- end -}}

{{- define "facet.serviceToken.volume" -}}
{{- with .root.Values.global.serviceToken.existingSecret }}
- name: service-token
  secret: { secretName: {{ . }} }
{{- end }}
{{- end -}}
