{{/* Says that anonymous callers are accepted: `root`. */}}
{{- define "facet.gateway.notes.open" -}}
{{- if not (or .Values.apiKeys.existingSecret .Values.jwt.jwksUrl) }}
WARNING: the gateway accepts anonymous callers. Set apiKeys.existingSecret (`npm run keys`) or jwt.jwksUrl before exposing it.
{{- end }}
{{- end -}}
