{{/* The services that are installed, by task, put into the dict `into`: the charts of the tasks that every suite has, and for each entry of `tasks`
     the chart of its kind with the entry laid over its values; versions and models of the kind are its own tasks' and not taken over. */}}
{{- define "facet.suite.services" -}}
{{- $root := .root -}}
{{- $into := .into -}}
{{- range $task := include "facet.builtInTasks" . | splitList " " -}}
{{- if (get $root.Values $task).enabled }}{{ $_ := set $into $task (get $root.Subcharts $task) }}{{ end -}}
{{- end -}}
{{- range $task, $entry := $root.Values.tasks -}}
{{- if $entry -}}
{{- include "facet.suite.requireTask" (dict "task" $task "entry" $entry) -}}
{{- $chart := get $root.Subcharts $entry.kind -}}
{{- $values := deepCopy (omit $chart.Values "versions" "nameOverride" "fullnameOverride" "enabled") -}}
{{- $model := $values.model -}}
{{- $_ := set $model "source" "image" -}}
{{- $_ := set $model "sha256" "" -}}
{{- $_ := set $model.pvc "existingClaim" "" -}}
{{- $_ := set $model.s3 "url" "" -}}
{{- $values = mergeOverwrite $values (deepCopy (omit $entry "kind" "title" "description")) (dict "task" $task "nameOverride" $task) -}}
{{- $_ := set $into $task (merge (dict "Values" $values "title" ($entry.title | default "") "description" ($entry.description | default "") "kind" $entry.kind) (omit $chart "Values")) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What no schema can say of an entry of `tasks`. */}}
{{- define "facet.suite.requireTask" -}}
{{- $faults := list -}}
{{- if has .task (append (include "facet.builtInTasks" . | splitList " ") "gateway") -}}
{{- $faults = append $faults (printf "- tasks.%s: this task has a chart of its own. Set its values at `%s`." .task .task) -}}
{{- end -}}
{{- if not .entry.versions -}}
{{- $faults = append $faults (printf "- tasks.%s.versions: expected at least one, such as `v1: {model: {source: s3, s3: {url: s3://bucket/models}}}`." .task) -}}
{{- end -}}
{{- range $version, $settings := .entry.versions -}}
{{- $source := dig "model" "source" (dig "model" "source" "image" $.entry) ($settings | default dict) -}}
{{- if and (eq $source "image") (not (dig "image" "repository" "" $.entry)) -}}
{{- $faults = append $faults (printf "- tasks.%s.versions.%s.model.source: the image of %s holds no model of this task. Set `s3` with model.s3.url, or `pvc` with a claim." $.task $version $.entry.kind) -}}
{{- end -}}
{{- end -}}
{{- include "facet.refuse" (dict "chart" (printf "tasks.%s" .task) "faults" (join "\n" $faults)) -}}
{{- end -}}

{{/* What the gateway must know of the services, from their own values: names, kinds, versions, weights. */}}
{{- define "facet.suite.upstreams" -}}
{{- $services := dict -}}
{{- include "facet.suite.services" (dict "root" . "into" $services) -}}
{{- $upstreams := dict -}}
{{- range $task, $chart := $services -}}
{{- $versions := dict -}}
{{- range $version := include "facet.versions" $chart | splitList " " | compact -}}
{{- $settings := include "facet.version" (dict "root" $chart "version" $version) | fromYaml -}}
{{- $url := include "facet.url" (dict "root" $chart "version" $version) -}}
{{- $_ := set $versions $version (dict "url" $url "weight" $settings.weight "mirror" $settings.mirror) -}}
{{- end -}}
{{- $_ := set $upstreams $task (dict "url" (include "facet.url" (dict "root" $chart)) "versions" $versions "kind" $chart.Chart.Name "title" ($chart.title | default "") "description" ($chart.description | default "")) -}}
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
