{{/* What to type after installing a service by itself: the prediction's curl is the chart's own (facet.notes.curl). */}}
{{- define "facet.notes.service" -}}
{{- $name := include "facet.fullname" . -}}
{{ $name }} {{ .Chart.AppVersion }} is starting: {{ include "facet.versions" . | splitList " " | join " and " }}.

Wait until it is ready:
  kubectl --namespace {{ .Release.Namespace }} rollout status deployment --selector app.kubernetes.io/name={{ include "facet.name" . }},app.kubernetes.io/instance={{ .Release.Name }}

Ask it from this machine:
  kubectl --namespace {{ .Release.Namespace }} port-forward svc/{{ $name }}-{{ include "facet.versions" . | splitList " " | first }} 8080:{{ .Values.service.port }}
  {{ include "facet.notes.curl" (dict "kind" .Chart.Name "url" "http://127.0.0.1:8080/predict") }}
{{- if .Values.ingress.enabled }}
{{- range .Values.ingress.hosts }}
or through the ingress: {{ ternary "https" "http" (not (empty $.Values.ingress.tls)) }}://{{ . }}{{ $.Values.ingress.path }}
{{- end }}
{{- end }}

Try a prediction of every version from inside: helm test {{ .Release.Name }} --namespace {{ .Release.Namespace }}
{{- end -}}

{{- define "facet.notes.curl" -}}
{{- $example := get (include "facet.examples" . | fromJson) .kind -}}
{{- if eq $example.type "application/json" -}}
curl {{ .url }} -H 'content-type: application/json' -d @{{ $example.file }}
{{- else -}}
curl {{ .url }} -F file=@{{ $example.file }}
{{- end -}}
{{- end -}}
