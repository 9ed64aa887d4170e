{{/* Who may come in, how often, and what is answered from the cache, as environment variables. What is 0 or empty is left to the gateway. */}}
{{- define "facet.gateway.door" -}}
{{- $pairs := dict
  "JWT_JWKS_URL" .jwt.jwksUrl
  "JWT_JWKS_ALLOW_HTTP" .jwt.allowHttp
  "JWT_ISSUER" .jwt.issuer
  "JWT_AUDIENCE" .jwt.audience
  "JWT_SCOPE_CLAIM" .jwt.scopeClaim
  "JWT_RATE_LIMIT" .jwt.ratePerSecond
  "JWT_CONCURRENCY" .jwt.concurrency
  "ADDRESS_RATE_LIMIT" .addressLimit.ratePerSecond
  "ADDRESS_BURST" .addressLimit.burst
  "TRUSTED_PROXIES" .trustedProxies
  "CORS_ORIGINS" (join "," .cors.origins)
  "CORS_HEADERS" (join "," .cors.headers)
  "STREAM_MAX_PER_CALLER" .connections.streamsPerCaller
  "STREAM_MAX_PER_ADDRESS" .connections.streamsPerAddress
  "MAX_CONNECTIONS" .connections.max
  "MAX_CONNECTIONS_PER_ADDRESS" .connections.maxPerAddress -}}
{{- if .cache.store -}}
{{- $_ := merge $pairs (dict "CACHE" .cache.store "CACHE_TTL" .cache.ttl "CACHE_MAX_BYTES" .cache.maxBytes "CACHE_PER_KEY" .cache.perKey) -}}
{{- end -}}
{{- range $name, $value := $pairs }}
{{- if and $value (ne (toString $value) "0") }}
{{ $name }}: {{ toString $value | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Names that the gateway answers, where any are listed: those, the hosts by which it is exposed, and the names of its Services, which pods
     and `helm test` call. */}}
{{- define "facet.gateway.allowedHosts" -}}
{{- with .values.allowedHosts -}}
{{- $names := . -}}
{{- if $.values.ingress.enabled }}{{ $names = concat $names $.values.ingress.hosts }}{{ end -}}
{{- if eq (include "facet.gateway.hasEdge" $) "true" }}{{ $names = concat $names $.root.Values.global.traffic.edge.hosts }}{{ end -}}
{{- range $service := list $.name (printf "%s-operations" $.name) -}}
{{- range $domain := list "" (printf ".%s" $.root.Release.Namespace) (printf ".%s.svc" $.root.Release.Namespace) (printf ".%s.svc.cluster.local" $.root.Release.Namespace) -}}
{{- $names = append $names (print $service $domain) -}}
{{- end -}}
{{- end -}}
{{- $exact := list -}}
{{- range $names | uniq }}{{ if not (hasPrefix "*" .) }}{{ $exact = append $exact . }}{{ end }}{{ end -}}
{{- join "," $exact -}}
{{- end -}}
{{- end -}}
