{{/* Tasks whose charts are installed, as words. */}}
{{- define "facet.suite.tasks" -}}
{{- $tasks := list -}}
{{- range list "gesture" "digit" "detection" -}}
{{- if (get $.Values .).enabled }}{{ $tasks = append $tasks . }}{{ end -}}
{{- end -}}
{{- join " " $tasks -}}
{{- end -}}

{{/* What the gateway must know of the services, from their own values: names, versions, weights. */}}
{{- define "facet.suite.upstreams" -}}
{{- $upstreams := dict -}}
{{- range $task := include "facet.suite.tasks" . | splitList " " | compact -}}
{{- $chart := get $.Subcharts $task -}}
{{- $versions := dict -}}
{{- range $version := include "facet.versions" $chart | splitList " " | compact -}}
{{- $settings := get $chart.Values.versions $version -}}
{{- $url := include "facet.url" (dict "root" $chart "version" $version) -}}
{{- $_ := set $versions $version (dict "url" $url "weight" $settings.weight "mirror" $settings.mirror) -}}
{{- end -}}
{{- $_ := set $upstreams $task (dict "url" (include "facet.url" (dict "root" $chart)) "versions" $versions) -}}
{{- end -}}
{{- toYaml $upstreams -}}
{{- end -}}

{{/* Labels of the umbrella's own objects. */}}
{{- define "facet.suite.labels" -}}
{{- $values := dict "nameOverride" "" "global" .Values.global -}}
{{- $root := dict "Values" $values "Chart" .Chart "Release" .Release -}}
{{- include "facet.labels" (dict "root" $root "component" "monitoring") -}}
{{- end -}}

{{/* Where the gateway shows the runbooks; empty where it has no host name. */}}
{{- define "facet.suite.runbooks" -}}
{{- $ingress := .Values.gateway.ingress -}}
{{- $edge := .Values.global.traffic.edge -}}
{{- if .Values.prometheusRule.runbookBaseUrl -}}
{{- .Values.prometheusRule.runbookBaseUrl | trimSuffix "/" -}}
{{- else if and .Values.gateway.enabled $ingress.enabled $ingress.hosts -}}
{{- printf "%s://%s%s/runbooks" (ternary "https" "http" (not (empty $ingress.tls))) (first $ingress.hosts) (trimSuffix "/" $ingress.path) -}}
{{- else if and .Values.gateway.enabled (eq (include "facet.gateway.hasEdge" (dict "root" .)) "true") $edge.hosts -}}
{{- printf "%s://%s/runbooks" (ternary "https" "http" (not (empty $edge.gateway.tlsSecret))) (first $edge.hosts) -}}
{{- end -}}
{{- end -}}
