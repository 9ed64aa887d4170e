{{/* When predictions are refused for the sake of the services, and asked for twice, as environment variables. */}}
{{- define "facet.gateway.gate" -}}
{{- $brownOut := .brownOut.ways -}}
OVERLOAD_LIMIT: {{ ternary "adaptive" "off" .overload.enabled | quote }}
OVERLOAD_LATENCY: {{ .overload.latency | quote }}
OVERLOAD_LIMIT_MIN: {{ .overload.min | quote }}
OVERLOAD_LIMIT_MAX: {{ .overload.max | quote }}
BREAKER_FAILURES: {{ .breaker.failures | quote }}
BREAKER_OPEN: {{ .breaker.open | quote }}
HEDGE_QUANTILE: {{ .hedgeQuantile | quote }}
{{- with .upstreamClient }}
UPSTREAM_HTTP_CLIENT: {{ .implementation | quote }}
UPSTREAM_CONNECTION_MAX_AGE: {{ .connectionMaxAge | quote }}
{{- end }}
{{- if $brownOut }}
BROWN_OUT: {{ join "," $brownOut | quote }}
BROWN_OUT_VERSION: {{ .brownOut.version | quote }}
BROWN_OUT_STALE: {{ .brownOut.stale | quote }}
{{- end }}
{{- end -}}
