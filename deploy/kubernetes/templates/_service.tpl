{{/*
A service with replicas behind the edge: account, Deployment, Service, PodDisruptionBudget, Ingress, and the job that migrates its database.
Takes what b2b.pod takes, and values (that service's own), host, tlsSecret and ownersSecret.
*/}}

{{- define "b2b.service" -}}
{{- $known := dict
  "Database:Provider" "postgresql"
  "Database:MaxConnections" .root.Values.database.maxConnections
  "ForwardedHeaders:ForwardLimit" .root.Values.forwardedHeaders.forwardLimit }}
{{- range $index, $network := .root.Values.forwardedHeaders.knownNetworks }}
{{- $_ := set $known (printf "ForwardedHeaders:KnownNetworks:%d" $index) $network }}
{{- end }}
{{- $pod := omit . "settings" }}
{{- $_ := set $pod "settings" (merge (dict) .values.settings .settings $known) }}
{{- $_ := set $pod "resources" .values.resources }}
{{- include "b2b.account" . }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "b2b.name" . }}
  labels:
    {{- include "b2b.labels" . | nindent 4 }}
spec:
  replicas: {{ .values.replicas }}
  progressDeadlineSeconds: {{ add (int .root.Values.migration.timeoutSeconds) 300 }}
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
  selector:
    matchLabels:
      {{- include "b2b.selector" . | nindent 6 }}
  template:
    {{- include "b2b.pod" $pod | nindent 4 }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ include "b2b.name" . }}
  labels:
    {{- include "b2b.labels" . | nindent 4 }}
spec:
  selector:
    {{- include "b2b.selector" . | nindent 4 }}
  ports:
    - { name: http, port: 80, targetPort: http }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "b2b.name" . }}
  labels:
    {{- include "b2b.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  # While the database is away no pod is ready: that must not keep a node from being drained.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "b2b.selector" . | nindent 6 }}
{{- if .root.Values.ingress.enabled }}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ include "b2b.name" . }}
  labels:
    {{- include "b2b.labels" . | nindent 4 }}
  {{- with .root.Values.ingress.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- with .root.Values.ingress.className }}
  ingressClassName: {{ . }}
  {{- end }}
  tls:
    - hosts: [{{ .host | quote }}]
      secretName: {{ .tlsSecret | quote }}
  rules:
    - host: {{ .host | quote }}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: {{ include "b2b.name" . }}
                port: { name: http }
{{- end }}
{{- if .root.Values.migration.enabled }}
---
# Before the new version's pods: with the role that owns the tables, which the service itself then need not know.
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ include "b2b.name" . }}
  labels:
    {{- include "b2b.labels" . | nindent 4 }}
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-weight: "0"
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
spec:
  backoffLimit: 2
  activeDeadlineSeconds: {{ int .root.Values.migration.timeoutSeconds }}
  template:
    {{- $job := omit $pod "secret" }}
    {{- $_ := set $job "secret" .ownersSecret }}
    {{- $_ := set $job "command" "migrate" }}
    {{- include "b2b.pod" $job | nindent 4 }}
{{- end }}
{{- end }}
