{{/* An HTTPRoute cannot match what is absent, but the rule with more header matches wins: who names a version, a user or a session is
     matched by that and left alone; the rest of the same path falls to the weighted rule. */}}
{{- define "facet.gateway.edge.gatewayApi.route" -}}
{{- $traffic := .root.Values.global.traffic -}}
{{- $backend := printf "name: %s, port: %v" .name .values.service.port -}}
{{- $split := include "facet.gateway.edge.split" . | fromYaml -}}
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  {{- include "facet.metadata" . | nindent 2 }}
spec:
  parentRefs:
    - name: {{ include "facet.gateway.edge.name" . }}
      namespace: {{ include "facet.gateway.edge.namespace" . }}
      {{- if eq (include "facet.gateway.edge.redirects" .) "true" }}
      sectionName: https
      {{- end }}
  {{- with $traffic.edge.hosts }}
  hostnames:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  rules:
    {{- range $task, $versions := $split }}
    - matches:
        {{- range $path := include "facet.gateway.edge.paths" $task | splitList " " }}
        {{- range $header, $value := dict "x-model-version" ".+" "x-user-id" ".+" "cookie" "(.*; *)?facet-user=.*" }}
        - path: { type: Exact, value: {{ $path }} }
          method: POST
          headers:
            - { type: RegularExpression, name: {{ $header }}, value: {{ $value | quote }} }
        {{- end }}
        {{- end }}
      timeouts: { request: {{ $traffic.timeout }} }
      backendRefs:
        - { {{ $backend }} }
    - matches:
        {{- range $path := include "facet.gateway.edge.paths" $task | splitList " " }}
        - path: { type: Exact, value: {{ $path }} }
          method: POST
        {{- end }}
      timeouts: { request: {{ $traffic.timeout }} }
      backendRefs:
        {{- range $version, $settings := $versions }}
        - {{ $backend | replace ", " "\n          " }}
          weight: {{ $settings.weight }}
          filters:
            - type: RequestHeaderModifier
              requestHeaderModifier:
                set: [{ name: x-model-version, value: {{ $version }} }]
        {{- end }}
    {{- end }}
    - matches:
        - path: { type: PathPrefix, value: / }
      timeouts: { request: {{ $traffic.timeout }} }
      backendRefs:
        - { {{ $backend }} }
{{- if eq (include "facet.gateway.edge.redirects" .) "true" }}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  {{- include "facet.metadata" (merge (dict "as" (printf "%s-to-https" .name)) .) | nindent 2 }}
spec:
  parentRefs:
    - name: {{ include "facet.gateway.edge.name" . }}
      namespace: {{ include "facet.gateway.edge.namespace" . }}
      sectionName: http
  {{- with $traffic.edge.hosts }}
  hostnames:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  rules:
    - filters:
        - type: RequestRedirect
          requestRedirect: { scheme: https, statusCode: 301 }
{{- end }}
{{- end -}}

{{/* Plain HTTP is sent to HTTPS where the Gateway is made here and has a certificate; another Gateway's listeners are not known. */}}
{{- define "facet.gateway.edge.redirects" -}}
{{- $gateway := .root.Values.global.traffic.edge.gateway -}}
{{- and $gateway.create (not (empty $gateway.tlsSecret)) -}}
{{- end -}}
