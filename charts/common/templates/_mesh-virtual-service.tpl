{{- define "facet.mesh.virtualService" -}}
{{- $host := printf "%s.%s.svc.cluster.local" .name .root.Release.Namespace -}}
{{- $mirror := include "facet.mirror" .root | fromYaml -}}
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  {{- include "facet.metadata" . | nindent 2 }}
spec:
  hosts: [{{ $host }}]
  gateways: [mesh]
  http:
    {{- range $version := include "facet.versions" .root | splitList " " }}
    {{- $mirrored := and $mirror.version (ne $mirror.version $version) }}
    - name: path-{{ $version }}
      match:
        - uri: { exact: /{{ $version }}/predict }
      {{- if $mirrored }}
      # The copy goes to pods of another version: it must not insist on this one. The pods of a subset have one version only.
      rewrite: { uri: /predict }
      headers: { request: { remove: [x-model-version] } }
      {{- include "facet.mesh.mirror" (dict "host" $host "mirror" $mirror) | nindent 6 }}
      {{- end }}
      route:
        - destination: { host: {{ $host }}, subset: {{ $version }} }
      {{- include "facet.routePolicy" $.root | nindent 6 }}
    - name: header-{{ $version }}
      match:
        - headers: { x-model-version: { exact: {{ $version }} } }
      {{- if $mirrored }}
      headers: { request: { remove: [x-model-version] } }
      {{- include "facet.mesh.mirror" (dict "host" $host "mirror" $mirror) | nindent 6 }}
      {{- end }}
      route:
        - destination: { host: {{ $host }}, subset: {{ $version }} }
      {{- include "facet.routePolicy" $.root | nindent 6 }}
    {{- end }}
    - name: weighted
      {{- if $mirror.version }}
      {{- include "facet.mesh.mirror" (dict "host" $host "mirror" $mirror) | nindent 6 }}
      {{- end }}
      route:
        {{- range $version := include "facet.versions" .root | splitList " " }}
        - destination: { host: {{ $host }}, subset: {{ $version }} }
          weight: {{ (include "facet.version" (dict "root" $.root "version" $version) | fromYaml).weight }}
        {{- end }}
      {{- include "facet.routePolicy" .root | nindent 6 }}
{{- end -}}

{{- define "facet.mesh.mirror" -}}
mirrors:
  - destination: { host: {{ .host }}, subset: {{ .mirror.version }} }
    percentage: { value: {{ .mirror.percent }} }
{{- end -}}
