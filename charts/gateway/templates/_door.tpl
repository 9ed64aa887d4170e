{{/* Who may come in, how often, and what is answered from the cache, as environment variables. What is 0 or empty is left to the gateway. */}}
{{- define "facet.gateway.door" -}}
{{- $pairs := dict
  "JWT_JWKS_URL" .jwt.jwksUrl
  "JWT_ISSUER" .jwt.issuer
  "JWT_AUDIENCE" .jwt.audience
  "JWT_SCOPE_CLAIM" .jwt.scopeClaim
  "JWT_RATE_LIMIT" .jwt.ratePerSecond
  "JWT_CONCURRENCY" .jwt.concurrency
  "ADDRESS_RATE_LIMIT" .addressLimit.ratePerSecond
  "ADDRESS_BURST" .addressLimit.burst
  "TRUSTED_PROXIES" .trustedProxies
  "CORS_ORIGINS" (join "," .cors.origins)
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
