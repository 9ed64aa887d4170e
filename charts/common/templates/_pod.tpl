{{- define "facet.podSpec" -}}
serviceAccountName: {{ include "facet.serviceAccountName" .root }}
automountServiceAccountToken: {{ .token | default false }}
enableServiceLinks: false
{{- include "facet.pullSecrets" . }}
terminationGracePeriodSeconds: {{ include "facet.gracePeriod" . }}
securityContext:
  {{- toYaml .values.podSecurityContext | nindent 2 }}
{{- with include (printf "facet.%s.initContainers" .component) . | trim }}
initContainers:
  {{- . | nindent 2 }}
{{- end }}
containers:
  - name: {{ .root.Chart.Name }}
    image: {{ include "facet.image" . }}
    imagePullPolicy: {{ include "facet.pullPolicy" . }}
    env:
      {{- include "facet.env" . | trim | nindent 6 }}
    {{- with .values.extraEnvFrom }}
    envFrom:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    ports:
      - { name: http, containerPort: 8080, protocol: TCP }
      {{- if .values.operations.enabled }}
      - { name: operations, containerPort: {{ .values.operations.port }}, protocol: TCP }
      {{- end }}
    {{- include "facet.probes" . | nindent 4 }}
    resources:
      {{- include "facet.resources" . | nindent 6 }}
    securityContext:
      {{- toYaml .values.securityContext | nindent 6 }}
    volumeMounts:
      - { name: tmp, mountPath: /tmp }
      {{- include (printf "facet.%s.mounts" .component) . | nindent 6 }}
      {{- include "facet.serviceToken.mount" . | nindent 6 }}
      {{- with .values.extraVolumeMounts }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
volumes:
  - name: tmp
    emptyDir: { sizeLimit: 256Mi }
  {{- include (printf "facet.%s.volumes" .component) . | nindent 2 }}
  {{- include "facet.serviceToken.volume" . | nindent 2 }}
  {{- with .values.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- include "facet.scheduling" . | nindent 0 }}
{{- end -}}

{{- define "facet.gracePeriod" -}}
{{- $drain := add (int .values.drain.delaySeconds) (int .values.drain.timeoutSeconds) -}}
{{- .values.terminationGracePeriodSeconds | int | default (add $drain 10) -}}
{{- end -}}
