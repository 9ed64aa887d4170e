{{- define "facet.requirements.gateway" -}}
{{- $traffic := .root.Values.global.traffic -}}
{{- $faults := include "facet.faults.workload" . -}}
{{- if not .upstreams -}}
{{- $faults = print $faults "\n- upstreams: there is no service to route to. Enable one, or leave the gateway out (`gateway.enabled: false` in chart facet)." -}}
{{- end -}}
{{- $redis := include "facet.block" (dict "workload" . "key" "redis") | fromYaml -}}
{{- $cacheRedis := .values.cache.redis | default dict -}}
{{- if and (eq .values.cache.store "redis") (not (or $redis.url $redis.existingSecret $cacheRedis.url $cacheRedis.existingSecret)) -}}
{{- $faults = print $faults "\n- cache.store: there is no Redis to keep answers in. Set `cache.redis`, `redis` or `global.redis`, or choose `memory`." -}}
{{- end -}}
{{- if and $cacheRedis.url $cacheRedis.existingSecret -}}
{{- $faults = print $faults "\n- cache.redis: url and existingSecret are both set. Keep one." -}}
{{- end -}}
{{- with .values.jwt -}}
{{- range $name, $meaning := dict "issuer" "every issuer whose keys are published there" "audience" "tokens that were issued for other APIs" -}}
{{- if and $.values.jwt.jwksUrl (not (get $.values.jwt $name)) -}}
{{- $faults = print $faults (printf "\n- jwt.%s: it is required with jwt.jwksUrl. Set what tokens must name, or `any` to accept %s." $name $meaning) -}}
{{- end -}}
{{- end -}}
{{- if and (hasPrefix "http://" .jwksUrl) (not .allowHttp) (not (regexMatch "^http://(localhost|127[.]|\\[::1\\])" .jwksUrl)) -}}
{{- $faults = print $faults "\n- jwt.jwksUrl: expected https. Set jwt.allowHttp where the network is trusted." -}}
{{- end -}}
{{- end -}}
{{- if and .values.addressLimit.burst (not .values.addressLimit.ratePerSecond) -}}
{{- $faults = print $faults "\n- addressLimit.burst: without a rate nothing is limited. Set `addressLimit.ratePerSecond`." -}}
{{- end -}}
{{- if and (has "stale" .values.brownOut.ways) (not .values.cache.store) -}}
{{- $faults = print $faults "\n- brownOut.ways: old answers come from a cache, and there is none. Set `cache.store`." -}}
{{- end -}}
{{- if gt (int .values.overload.min) (int .values.overload.max) -}}
{{- $faults = print $faults "\n- overload.min: it is above `overload.max`." -}}
{{- end -}}
{{- if eq (include "facet.gateway.hasEdge" .) "true" -}}
{{- if not (or $traffic.edge.gateway.create $traffic.edge.gateway.name) -}}
{{- $faults = print $faults "\n- global.traffic.edge.gateway: no Gateway is named for the route. Set `name` to an existing one, or `create: true`." -}}
{{- end -}}
{{- end -}}
{{- range $task, $upstream := .upstreams -}}
{{- $sum := 0 -}}
{{- range $upstream.versions }}{{ $sum = add $sum (int .weight) }}{{ end -}}
{{- if eq (int $sum) 0 -}}
{{- $faults = print $faults (printf "\n- upstreams.%s: all weights are 0, so nobody would answer. Give one version a weight." $task) -}}
{{- end -}}
{{- end -}}
{{- include "facet.refuse" (dict "chart" .root.Chart.Name "faults" $faults) -}}
{{- end -}}
