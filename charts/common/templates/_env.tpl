{{/* Settings of every process; those of its kind follow (facet.<component>.env), the user's come last and win. */}}
{{- define "facet.env" -}}
{{- $store := include "facet.block" (dict "workload" . "key" "objectStore") | fromYaml -}}
{{- include "facet.pairs" (dict
  "PORT" "8080"
  "HOST" .values.host
  "OPERATIONS_PORT" (ternary (toString .values.operations.port) "" .values.operations.enabled)
  "LOG_FORMAT" "json"
  "LOG_LEVEL" (.values.logLevel | default .root.Values.global.logLevel)
  "DRAIN_DELAY" (printf "%ds" (int .values.drain.delaySeconds))
  "DRAIN_TIMEOUT" (printf "%ds" (int .values.drain.timeoutSeconds))
  "OTEL_EXPORTER_OTLP_ENDPOINT" (.values.otlpEndpoint | default .root.Values.global.otlpEndpoint)
  "S3_BUCKET_NAME" $store.bucket
  "S3_ENDPOINT" $store.endpoint) }}
{{- include "facet.limitsEnv" . }}
{{- include "facet.serviceToken.env" . }}
{{- include "facet.redisEnv" . }}
{{- include "facet.awsEnv" . }}
{{- include (printf "facet.%s.env" .component) . }}
{{- with .values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Values that an upgrade with --reuse-values may lack. */}}
{{- define "facet.limitsEnv" -}}
{{- $limits := .values.limits | default dict -}}
{{- $pairs := dict
  "BODY_MAX_BYTES" $limits.bodyMaxBytes
  "OIP_BODY_MAX_BYTES" $limits.oipBodyMaxBytes
  "BODY_BUDGET_BYTES" $limits.bodyBudgetBytes
  "HEADERS_MAX_BYTES" $limits.headersMaxBytes
  "HALF_CLOSED_TIMEOUT" $limits.halfClosedTimeout -}}
{{- range $task, $bytes := .root.Values.global.bodyMaxBytes -}}
{{- $_ := set $pairs (printf "TASK_%s_BODY_MAX_BYTES" ($task | upper | replace "-" "_")) $bytes -}}
{{- end -}}
{{- include "facet.pairs" $pairs -}}
{{- end -}}

{{- define "facet.redisEnv" -}}
{{- include "facet.redisUrl" (dict "name" "REDIS_URL" "redis" (include "facet.block" (dict "workload" . "key" "redis") | fromYaml)) }}
{{- end -}}

{{/* An address of Redis as variable `name`: `redis` with url, or existingSecret and key. */}}
{{- define "facet.redisUrl" -}}
{{- if .redis.existingSecret }}
- name: {{ .name }}
  valueFrom:
    secretKeyRef: { name: {{ .redis.existingSecret }}, key: {{ .redis.key | default "REDIS_URL" }} }
{{- else }}
{{- include "facet.pairs" (dict .name .redis.url) }}
{{- end }}
{{- end -}}

{{/* Name of the Secret with AWS credentials, if any. */}}
{{- define "facet.awsSecret" -}}
{{- $aws := include "facet.block" (dict "workload" . "key" "awsCredentials") | fromYaml -}}
{{- if $aws.existingSecret }}{{ $aws.existingSecret }}{{ else if $aws.accessKeyId }}{{ include "facet.fullname" .root }}-aws{{ end }}
{{- end -}}

{{- define "facet.awsEnv" -}}
{{- $aws := include "facet.block" (dict "workload" . "key" "awsCredentials") | fromYaml -}}
{{- $region := .region | default $aws.region -}}
{{- include "facet.pairs" (dict "AWS_DEFAULT_REGION" $region "AWS_REGION" $region) }}
{{- with include "facet.awsSecret" . }}
{{- $secret := . }}
{{- range list "AWS_ACCESS_KEY_ID" "AWS_SECRET_ACCESS_KEY" }}
- name: {{ . }}
  valueFrom:
    secretKeyRef: { name: {{ $secret }}, key: {{ . }} }
{{- end }}
# Temporary keys alone have one.
- name: AWS_SESSION_TOKEN
  valueFrom:
    secretKeyRef: { name: {{ $secret }}, key: AWS_SESSION_TOKEN, optional: true }
{{- end }}
{{- end -}}
