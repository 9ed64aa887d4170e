{{- define "facet.gateway.edge.istio.gateway" -}}
{{- $edge := .root.Values.global.traffic.edge -}}
{{- $hosts := include "facet.gateway.edge.istio.hosts" . | fromYamlArray -}}
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  {{- $own := dict "as" (include "facet.gateway.edge.name" .) "namespace" (include "facet.gateway.edge.namespace" .) }}
  {{- include "facet.metadata" (merge $own .) | nindent 2 }}
spec:
  selector:
    {{- toYaml $edge.gateway.selector | nindent 4 }}
  servers:
    - port: { number: 80, name: http, protocol: HTTP }
      {{- if and $edge.gateway.tlsSecret (not (include "facet.gateway.edge.mirrors" .)) }}
      tls: { httpsRedirect: true }
      {{- end }}
      hosts:
        {{- toYaml $hosts | nindent 8 }}
    {{- with $edge.gateway.tlsSecret }}
    - port: { number: 443, name: https, protocol: HTTPS }
      tls: { mode: SIMPLE, credentialName: {{ . }} }
      hosts:
        {{- toYaml $hosts | nindent 8 }}
    {{- end }}
{{- end -}}

{{- define "facet.gateway.edge.istio.route" -}}
{{- $host := printf "%s.%s.svc.cluster.local" .name .root.Release.Namespace -}}
{{- $hosts := include "facet.gateway.edge.istio.hosts" . | fromYamlArray -}}
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  {{- include "facet.metadata" . | nindent 2 }}
spec:
  hosts:
    {{- toYaml $hosts | nindent 4 }}
  gateways:
    - {{ include "facet.gateway.edge.namespace" . }}/{{ include "facet.gateway.edge.name" . }}
  http:
    {{- with .root.Values.global.traffic.edge.gateway }}
    {{- if and .create .tlsSecret (include "facet.gateway.edge.mirrors" $) }}
    # Copies come in again by port 80 of the ingress; everybody else is sent to 443.
    - name: to-https
      match:
        - port: 80
          withoutHeaders: { x-facet-copy: {} }
      redirect: { scheme: https, port: 443, redirectCode: 308 }
    {{- end }}
    {{- end }}
    {{- range $task, $versions := include "facet.gateway.edge.split" . | fromYaml }}
    {{- include "facet.gateway.edge.istio.rules" (dict "w" $ "host" $host "task" $task "versions" $versions) | nindent 4 }}
    {{- end }}
    - name: gateway
      route:
        - destination: { host: {{ $host }} }
      {{- include "facet.routePolicy" .root | nindent 6 }}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  {{- include "facet.metadata" . | nindent 2 }}
spec:
  host: {{ $host }}
  trafficPolicy:
    {{- include "facet.trafficPolicy" . | nindent 4 }}
{{- end -}}

{{/* Copies come in under the same host, or under an older Istio with -shadow at its end. */}}
{{- define "facet.gateway.edge.istio.hosts" -}}
{{- $hosts := .root.Values.global.traffic.edge.hosts | default (list "*") -}}
{{- if include "facet.gateway.edge.mirrors" . -}}
{{- range .root.Values.global.traffic.edge.hosts }}{{ $hosts = append $hosts (printf "%s-shadow" .) }}{{ end -}}
{{- end -}}
{{- toYaml $hosts -}}
{{- end -}}
