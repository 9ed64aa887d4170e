{{- define "facet.ingress" -}}
{{- $ingress := .values.ingress -}}
{{- if $ingress.enabled }}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  {{- include "facet.metadata" . | nindent 2 }}
  {{- /* Both controllers know an annotation that sends port 80 to 443; a controller passes over those of others. */}}
  {{- $redirect := ternary (dict "nginx.ingress.kubernetes.io/ssl-redirect" "true" "haproxy.org/ssl-redirect" "true") dict (not (empty $ingress.tls)) }}
  {{- with merge (deepCopy $ingress.annotations) $redirect }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- with $ingress.className }}
  ingressClassName: {{ . }}
  {{- end }}
  {{- with $ingress.tls }}
  tls:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  rules:
    {{- range $ingress.hosts | default (list "") }}
    - {{- with . }}
      host: {{ . | quote }}
      {{- end }}
      http:
        paths:
          - path: {{ $ingress.path }}
            pathType: {{ $ingress.pathType }}
            backend:
              service:
                name: {{ $.name }}
                port: { name: http }
    {{- end }}
{{- end }}
{{- end -}}
