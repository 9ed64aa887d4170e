{{/* Written by `npm run charts`; do not edit. */}}

{{/* The tasks that every suite has, in the order in which they are shown. */}}
{{- define "facet.builtInTasks" -}}gesture digit detection{{- end -}}

{{/* An input in the repository by kind, and its media type. */}}
{{- define "facet.examples" -}}
{"gesture":{"file":"examples/hand.json","type":"application/json"},"digit":{"file":"examples/digit.png","type":"image/png"},"detection":{"file":"examples/photo.jpg","type":"image/jpeg"},"classification":{"file":"examples/photo.jpg","type":"image/jpeg"}}
{{- end -}}
