{{/* A document of its own, if there is anything in it. */}}
{{- define "facet.document" -}}
{{- with trim . }}
---
{{ . }}
{{ end }}
{{- end -}}

{{/* The objects of one Deployment: `workload`. */}}
{{- define "facet.workload" -}}
{{- range list "deployment" "pdb" "hpa" "scaledObject" }}
{{- include "facet.document" (include (printf "facet.%s" .) $) }}
{{- end }}
{{- end -}}

{{/* What there is once, however many versions. */}}
{{- define "facet.shared" -}}
{{- range list "service" "operationsService" "serviceAccount" "awsCredentials" "networkPolicy" "ingress" "serviceMonitor" }}
{{- include "facet.document" (include (printf "facet.%s" .) $) }}
{{- end }}
{{- end -}}

{{/* A whole inference service: the context is the chart's. */}}
{{- define "facet.inference" -}}
{{- $all := dict "root" . "values" .Values "version" "" "name" (include "facet.fullname" .) "component" "inference" -}}
{{- $workloads := list -}}
{{- $claim := dict -}}
{{- range $version := include "facet.versions" . | splitList " " | compact -}}
{{- /* What a version says wins, false and 0 included. */ -}}
{{- $values := mergeOverwrite (deepCopy $.Values) (deepCopy (get $.Values.versions $version)) -}}
{{- $workload := dict "root" $ "values" $values "version" $version "name" (printf "%s-%s" $all.name $version) "component" "inference" -}}
{{- $workloads = append $workloads $workload -}}
{{- $model := $values.model -}}
{{- if and (eq $model.source "pvc") $model.pvc.create (not $model.pvc.existingClaim) }}{{ $claim = $workload }}{{ end -}}
{{- end -}}
{{- include "facet.requirements.inference" (merge (dict "workloads" $workloads) $all) -}}
{{- include "facet.shared" $all }}
{{- range $workloads }}
{{- include "facet.document" (include "facet.service" .) }}
{{- include "facet.workload" . }}
{{- end }}
{{- with $claim }}
{{- include "facet.document" (include "facet.modelClaim" .) }}
{{- end }}
{{- include "facet.document" (include "facet.mesh" $all) }}
{{- if .Chart.IsRoot }}
{{- include "facet.document" (include "facet.test" (dict "root" . "urls" (include "facet.ownUrls" . | fromJsonArray))) }}
{{- end }}
{{- end -}}
