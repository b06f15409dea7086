{{/*
What the pods of all services have alike. Takes a dict: root, name (as in ServiceDefaults/ServiceNames.cs), settings (name to value),
resources, secret, and, where it is wanted, dataProtection (the name of a Secret), claim (the name of a volume with the service's files) and
command (a word of the service's command line: the pod of a job, which no Service selects).
*/}}

{{- define "b2b.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
# Else each start would open the files of a volume to the group, and private keys are not taken from such files.
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "b2b.containerSecurity" -}}
allowPrivilegeEscalation: false
privileged: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- define "b2b.pod" -}}
{{- $common := dict
  "ASPNETCORE_HTTP_PORTS" "8080"
  "DataDirectory" (printf "/data/%s" .name)
  "SecretsDirectory" "/run/secrets/settings"
  "ShutdownDelay" (printf "00:00:%02d" (int .root.Values.shutdownDelaySeconds)) }}
{{- with .root.Values.telemetry.otlpEndpoint }}
{{- $_ := set $common "OTEL_EXPORTER_OTLP_ENDPOINT" . }}
{{- end }}
{{- if .root.Values.trustedCertificates.configMap }}
{{- $_ := set $common "SSL_CERT_DIR" "/etc/ssl/certs:/etc/b2b/certificates" }}
{{- end }}
metadata:
  labels:
    {{- include "b2b.labels" (dict "root" .root "name" (.command | default .name)) | nindent 4 }}
spec:
  {{- if .command }}
  restartPolicy: Never
  {{- else }}
  serviceAccountName: {{ include "b2b.name" . }}
  {{- end }}
  automountServiceAccountToken: false
  # Their variables could be taken for settings.
  enableServiceLinks: false
  # The delay, 10 seconds for the requests under way, and a margin.
  terminationGracePeriodSeconds: {{ add (int .root.Values.shutdownDelaySeconds) 20 }}
  securityContext:
    {{- include "b2b.podSecurity" 1654 | nindent 4 }}
  {{- with .root.Values.images.pullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  {{- if not .command }}
  topologySpreadConstraints:
    {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "b2b.selector" $ | nindent 10 }}
    {{- end }}
  {{- end }}
  containers:
    - name: {{ .name }}
      image: {{ include "b2b.image" . }}
      imagePullPolicy: {{ .root.Values.images.pullPolicy }}
      {{- with .command }}
      args: [{{ . }}]
      {{- end }}
      env:
        {{- range $name, $value := merge (dict) .settings $common }}
        - name: {{ $name | replace ":" "__" }}
          value: {{ $value | toString | quote }}
        {{- end }}
      {{- if not .command }}
      ports:
        - name: http
          containerPort: 8080
      # A start waits for the database and for another replica's migration of it.
      startupProbe:
        httpGet: { path: /alive, port: http }
        periodSeconds: 2
        timeoutSeconds: 3
        failureThreshold: {{ div (add (int .root.Values.migration.timeoutSeconds) 1) 2 }}
      livenessProbe:
        httpGet: { path: /alive, port: http }
        periodSeconds: 10
        timeoutSeconds: 3
        failureThreshold: 3
      readinessProbe:
        httpGet: { path: /health, port: http }
        periodSeconds: 5
        timeoutSeconds: 3
        failureThreshold: 2
      {{- end }}
      resources:
        {{- toYaml .resources | nindent 8 }}
      securityContext:
        {{- include "b2b.containerSecurity" . | nindent 8 }}
      volumeMounts:
        - { name: temporary, mountPath: /tmp }
        - { name: data, mountPath: /data }
        - { name: settings, mountPath: /run/secrets/settings, readOnly: true }
        {{- if .dataProtection }}
        - { name: data-protection, mountPath: /run/secrets/data-protection, readOnly: true }
        {{- end }}
        {{- if .root.Values.trustedCertificates.configMap }}
        - { name: certificates, mountPath: /etc/b2b/certificates, readOnly: true }
        {{- end }}
  volumes:
    - name: temporary
      emptyDir: { sizeLimit: 64Mi }
    {{- if not .claim }}
    - name: data
      emptyDir: { sizeLimit: 64Mi }
    {{- end }}
    - name: settings
      secret: { secretName: {{ .secret | quote }}, defaultMode: 0440 }
    {{- with .dataProtection }}
    - name: data-protection
      secret: { secretName: {{ . | quote }}, defaultMode: 0440 }
    {{- end }}
    {{- with .root.Values.trustedCertificates.configMap }}
    - name: certificates
      configMap: { name: {{ . | quote }} }
    {{- end }}
{{- end }}

{{- define "b2b.account" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "b2b.name" . }}
  labels:
    {{- include "b2b.labels" . | nindent 4 }}
automountServiceAccountToken: false
{{- end }}
