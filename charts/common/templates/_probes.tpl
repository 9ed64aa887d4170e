{{/* Alive once the event loop turns, ready once every model has passed its golden inference. A model that cannot be loaded keeps the
     pod unready and says why in /health; restarting it would hide that. */}}
{{- define "facet.probes" -}}
{{- $probes := .values.probes -}}
startupProbe:
  httpGet: { path: /health/live, port: {{ include "facet.operationsPort" . }} }
  periodSeconds: 1
  timeoutSeconds: 2
  failureThreshold: {{ $probes.startupSeconds }}
livenessProbe:
  httpGet: { path: /health/live, port: {{ include "facet.operationsPort" . }} }
  {{- toYaml $probes.live | nindent 2 }}
readinessProbe:
  httpGet: { path: /health/ready, port: {{ include "facet.operationsPort" . }} }
  {{- toYaml $probes.ready | nindent 2 }}
{{- end -}}
