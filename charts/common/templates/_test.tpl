{{/* `helm test`: a real prediction of one task at each address, by the task's own image. Nothing of it outlives the test. */}}
{{- define "facet.test" -}}
{{- $w := dict "root" .root "values" .root.Values "version" "" "name" (printf "%s-test" (include "facet.fullname" .root)) "component" "test" -}}
{{- $image := .image | default (include "facet.image" $w) -}}
apiVersion: v1
kind: ConfigMap
metadata:
  {{- include "facet.metadata" $w | nindent 2 }}
  annotations:
    {{- include "facet.testHook" "-1" | nindent 4 }}
data:
  predict.mjs: |
    {{- .root.Files.Get "files/test/predict.mjs" | nindent 4 }}
binaryData:
  {{- range $path, $_ := .root.Files.Glob "files/test/input.*" }}
  {{ base $path }}: {{ $.root.Files.Get $path | b64enc }}
  {{- end }}
---
apiVersion: v1
kind: Pod
metadata:
  {{- include "facet.metadata" $w | nindent 2 }}
  annotations:
    {{- include "facet.testHook" "0" | nindent 4 }}
spec:
  restartPolicy: Never
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- include "facet.pullSecrets" $w | nindent 2 }}
  securityContext:
    {{- toYaml .root.Values.podSecurityContext | nindent 4 }}
  containers:
    - name: predict
      image: {{ $image }}
      imagePullPolicy: {{ include "facet.pullPolicy" $w }}
      args: [/test/predict.mjs]
      env:
        - name: URLS
          value: {{ toJson .urls | quote }}
        {{- include "facet.serviceToken.env" $w | nindent 8 }}
        # What the models of the image answer is known; of others only that they answer.
        - name: KNOWN_MODEL
          value: {{ eq .root.Values.model.source "image" | quote }}
      resources:
        requests: { cpu: 10m, memory: 64Mi }
        limits: { cpu: 500m, memory: 256Mi }
      securityContext:
        {{- toYaml .root.Values.securityContext | nindent 8 }}
      volumeMounts:
        - { name: test, mountPath: /test, readOnly: true }
        {{- include "facet.serviceToken.mount" $w | nindent 8 }}
  volumes:
    - name: test
      configMap: { name: {{ $w.name }} }
    {{- include "facet.serviceToken.volume" $w | nindent 4 }}
{{- end -}}

{{- define "facet.testHook" -}}
helm.sh/hook: test
helm.sh/hook-weight: {{ . | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded,hook-failed
helm.sh/hook-output-log-policy: hook-failed
{{- end -}}

{{/* Where a service installed by itself is asked. */}}
{{- define "facet.ownUrls" -}}
{{- $urls := list -}}
{{- range include "facet.versions" . | splitList " " -}}
{{- $urls = append $urls (printf "%s/%s/predict" (include "facet.url" (dict "root" $ "version" .)) .) -}}
{{- end -}}
{{- toJson $urls -}}
{{- end -}}
