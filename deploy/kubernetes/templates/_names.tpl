{{/* Names, labels and addresses. */}}

{{- define "b2b.name" -}}
{{ printf "%s-%s" .root.Release.Name .name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "b2b.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{- define "b2b.labels" -}}
{{ include "b2b.selector" . }}
app.kubernetes.io/part-of: b2bassertions
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{/* By digest where one is named: a tag can be moved to another image. */}}
{{- define "b2b.image" -}}
{{ .root.Values.images.registry }}{{ .root.Values.images.repository }}/{{ .name }}
{{- with get .root.Values.images.digests .name }}@{{ . }}{{ else }}:{{ .root.Values.images.tag | default .root.Chart.AppVersion }}{{ end }}
{{- end }}
