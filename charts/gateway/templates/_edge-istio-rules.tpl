{{/* The rules of one task: copies first, then predictions that are open, then those of users where copies are made of them. */}}
{{- define "facet.gateway.edge.istio.rules" -}}
{{- $mirrored := "" -}}
{{- $percent := 0 -}}
{{- range $version, $settings := .versions -}}
{{- if gt (int $settings.mirror) 0 }}{{ $mirrored = $version }}{{ $percent = int $settings.mirror }}{{ end -}}
{{- end -}}
{{- $service := .w.root.Values.global.traffic.edge.gateway.service -}}
{{- if $mirrored }}
# A mirror cannot change headers: what is to be copied is marked, and the marked copy comes in by the ingress again and gets its version here.
- name: {{ .task }}-copies
  match:
    {{- range include "facet.gateway.edge.paths" .task | splitList " " }}
    - uri: { exact: {{ . }} }
      headers: { x-facet-copy: { exact: {{ $mirrored }} } }
    {{- end }}
  headers: { request: { set: { x-model-version: {{ $mirrored }} }, remove: [x-facet-copy] } }
  route:
    - destination: { host: {{ .host }} }
  {{- include "facet.routePolicy" .w.root | nindent 2 }}
{{- end }}
- name: {{ .task }}
  match:
    {{- range include "facet.gateway.edge.paths" .task | splitList " " }}
    - uri: { exact: {{ . }} }
      method: { exact: POST }
      withoutHeaders:
        x-model-version: {}
        x-user-id: {}
        cookie: { regex: '(.*; *)?facet-user=.*' }
    {{- end }}
  {{- if $mirrored }}
  {{- include "facet.gateway.edge.istio.mirror" (dict "service" $service "percent" $percent "version" $mirrored) | nindent 2 }}
  {{- end }}
  route:
    {{- range $version, $settings := .versions }}
    - destination: { host: {{ $.host }} }
      weight: {{ $settings.weight }}
      headers: { request: { set: { x-model-version: {{ $version }} } } }
    {{- end }}
  {{- include "facet.routePolicy" .w.root | nindent 2 }}
{{- if $mirrored }}
- name: {{ .task }}-users
  match:
    {{- range include "facet.gateway.edge.paths" .task | splitList " " }}
    - uri: { exact: {{ . }} }
      method: { exact: POST }
      withoutHeaders: { x-model-version: {} }
    {{- end }}
  {{- include "facet.gateway.edge.istio.mirror" (dict "service" $service "percent" $percent "version" $mirrored) | nindent 2 }}
  route:
    - destination: { host: {{ .host }} }
  {{- include "facet.routePolicy" .w.root | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "facet.gateway.edge.istio.mirror" -}}
headers: { request: { set: { x-facet-copy: {{ .version }} } } }
mirrors:
  - destination: { host: {{ .service }}, port: { number: 80 } }
    percentage: { value: {{ .percent }} }
{{- end -}}

{{/* Not empty where any version gets copies. */}}
{{- define "facet.gateway.edge.mirrors" -}}
{{- if eq .root.Values.global.traffic.split "edge" -}}
{{- range .upstreams }}{{ range .versions }}{{ if gt (int .mirror) 0 }}yes{{ end }}{{ end }}{{ end -}}
{{- end -}}
{{- end -}}
