{{- define "facet.gateway.env" -}}
{{- $mesh := eq .root.Values.global.traffic.split "mesh" -}}
{{- $pairs := dict "AB_WEIGHTS_FILE" "/etc/facet/weights.json" -}}
{{- /* Those that every suite has come first, as on a laptop. */ -}}
{{- $first := include "facet.builtInTasks" . | splitList " " -}}
{{- $names := list -}}
{{- range $task := concat $first (keys .upstreams | sortAlpha) | uniq -}}
{{- if hasKey $.upstreams $task -}}
{{- $upstream := get $.upstreams $task -}}
{{- $prefix := printf "TASK_%s" ($task | upper | replace "-" "_") -}}
{{- $names = append $names (printf "%s:%s" $task ($upstream.kind | default $task)) -}}
{{- $_ := set $pairs (printf "%s_URL" $prefix) $upstream.url -}}
{{- $_ := set $pairs (printf "%s_TITLE" $prefix) ($upstream.title | default "") -}}
{{- $_ := set $pairs (printf "%s_DESCRIPTION" $prefix) ($upstream.description | default "") -}}
{{- $versions := list -}}
{{- range $version, $settings := $upstream.versions -}}
{{- $versions = append $versions (trimPrefix "v" $version | atoi | printf "%09d") -}}
{{- if not $mesh }}{{ $_ := set $pairs (printf "%s_%s_URL" $prefix (upper $version)) $settings.url }}{{ end -}}
{{- end -}}
{{- $ordered := list -}}
{{- range sortAlpha $versions }}{{ $ordered = append $ordered (atoi . | printf "v%d") }}{{ end -}}
{{- $_ := set $pairs (printf "%s_VERSIONS" $prefix) (join "," $ordered) -}}
{{- end -}}
{{- end -}}
{{- $_ := set $pairs "TASKS" (join "," $names) -}}
{{- if .values.workers }}{{ $_ := set $pairs "WORKERS" (toString .values.workers) }}{{ end -}}
{{- if .values.apiKeys.existingSecret }}{{ $_ := set $pairs "API_KEYS_FILE" (printf "/etc/facet-keys/%s" .values.apiKeys.key) }}{{ end -}}
{{- $_ := set $pairs "ALLOWED_HOSTS" (include "facet.gateway.allowedHosts" .) -}}
{{- if .token }}{{ $_ := set $pairs "DISCOVERY" "kubernetes" }}{{ end -}}
{{- include "facet.pairs" (merge $pairs (include "facet.gateway.door" .values | fromYaml) (include "facet.gateway.gate" .values | fromYaml)) }}
{{- if eq .values.cache.store "redis" }}
{{- include "facet.redisUrl" (dict "name" "CACHE_REDIS_URL" "redis" (.values.cache.redis | default dict)) }}
{{- end }}
- name: POD_NAMESPACE
  valueFrom:
    fieldRef: { fieldPath: metadata.namespace }
{{- end -}}

{{/* Whole folders, not single files: Kubernetes renews only those in a running pod. */}}
{{- define "facet.gateway.mounts" -}}
- { name: weights, mountPath: /etc/facet, readOnly: true }
{{- if .values.apiKeys.existingSecret }}
- { name: api-keys, mountPath: /etc/facet-keys, readOnly: true }
{{- end }}
{{- end -}}

{{- define "facet.gateway.volumes" -}}
- name: weights
  configMap: { name: {{ .name }}-weights }
{{- with .values.apiKeys.existingSecret }}
- name: api-keys
  secret: { secretName: {{ . }} }
{{- end }}
{{- end -}}

{{- define "facet.gateway.initContainers" -}}{{- end -}}
