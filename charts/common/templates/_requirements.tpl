{{/* What no schema can say: values that contradict each other. Each fault is a line; all are reported at once. */}}

{{- define "facet.refuse" -}}
{{- with .faults | trim }}
{{- fail (printf "\n\n%s cannot be installed with these values:\n%s\n" $.chart .) -}}
{{- end -}}
{{- end -}}

{{- define "facet.faults.workload" -}}
{{- $drain := add (int .values.drain.delaySeconds) (int .values.drain.timeoutSeconds) -}}
{{- if le (include "facet.gracePeriod" . | int) (int $drain) }}
- {{ .name }}: terminationGracePeriodSeconds ({{ include "facet.gracePeriod" . }}) must exceed drain.delaySeconds + drain.timeoutSeconds ({{ $drain }}), or pods are killed while they drain. Leave it at 0 to have it computed.
{{- end }}
{{- $auto := .values.autoscaling }}
{{- if $auto.enabled }}
{{- if gt (int $auto.minReplicas) (int $auto.maxReplicas) }}
- {{ .name }}: autoscaling.minReplicas ({{ $auto.minReplicas }}) is above maxReplicas ({{ $auto.maxReplicas }}).
{{- end }}
{{- if not (or $auto.cpu $auto.queueDepth $auto.inFlight) }}
- {{ .name }}: autoscaling is on without a signal. Set one of autoscaling.cpu, queueDepth, inFlight.
{{- end }}
{{- if and (eq $auto.engine "keda") (or $auto.queueDepth $auto.inFlight) (not $auto.keda.serverAddress) }}
- {{ .name }}: KEDA asks Prometheus for queueDepth and inFlight. Set autoscaling.keda.serverAddress, such as http://prometheus.monitoring:9090.
{{- end }}
{{- end }}
{{- $aws := include "facet.block" (dict "workload" . "key" "awsCredentials") | fromYaml }}
{{- if and (not $aws.existingSecret) (ne (empty $aws.accessKeyId) (empty $aws.secretAccessKey)) }}
- {{ .name }}: awsCredentials needs both accessKeyId and secretAccessKey, or an existingSecret, or neither and an IAM role through serviceAccount.annotations.
{{- end }}
{{- if and .values.redis.url .values.redis.existingSecret }}
- {{ .name }}: redis.url and redis.existingSecret are both set. Keep one.
{{- end }}
{{- end -}}

{{- define "facet.faults.model" -}}
{{- $model := .values.model }}
{{- if and (eq $model.source "pvc") (not (or $model.pvc.existingClaim $model.pvc.create)) }}
- {{ .name }}: model.source is pvc, but no volume is named. Set model.pvc.existingClaim, or model.pvc.create.
{{- end }}
{{- if and (eq $model.source "s3") (not $model.s3.url) }}
- {{ .name }}: model.source is s3, but model.s3.url is empty. Set it, such as s3://bucket/models.
{{- end }}
{{- end -}}
