"""A small chart of Helm, and what is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

CHART = "apiVersion: v2\nname: shop\nversion: 1.0.0\n"
HELPERS = """\
{{/* The name of everything. */}}
{{- define "shop.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- define "shop.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}
"""
VALUES = """\
image: {repository: ghcr.io/shop/api, tag: ""}
service: {port: 80}
ports: [{name: http, number: 3000}]
existingSecret: ""
podLabels: {}
extra: {}
ingress: {enabled: false, port: 80}
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "shop.fullname" . }}-api
  namespace: {{ .Release.Namespace }}
spec:
  selector:
    matchLabels:
      {{- include "shop.labels" . | nindent 6 }}
      component: api
  template:
    metadata:
      labels:
        {{- include "shop.labels" . | nindent 8 }}
        component: api
        {{- with .Values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      containers:
        - name: api
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          ports:
            {{- range .Values.ports }}
            - name: {{ .name }}
              containerPort: {{ .number }}
            {{- end }}
          envFrom:
            - configMapRef:
                name: {{ include "shop.fullname" . }}-%(config)s
            - secretRef:
                name: {{ .Values.existingSecret | default (printf "%%s-secret" (include "shop.fullname" .)) }}
          env:
            - name: MODE
              valueFrom:
                configMapKeyRef:
                  name: {{ include "shop.fullname" . }}-config
                  key: %(key)s
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: {{ include "shop.fullname" . }}
spec:
  ports:
    - port: {{ .Values.service.port }}
      targetPort: %(target)s
  selector:
    {{- include "shop.labels" . | nindent 4 }}
    component: %(component)s
"""
REST = """\
{{- if not .Values.existingSecret }}
apiVersion: v1
kind: Secret
metadata:
  name: {{ include "shop.fullname" . }}-secret
stringData: {TOKEN: {{ randAlphaNum 8 | quote }}}
---
{{- end }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "shop.fullname" . }}-config
data:
  mode: {{ .Values.mode | default "plain" | quote }}
"""


def chart_of(files: dict[str, str], values: str = VALUES, **words: str) -> dict[str, str]:
    fill = {"config": "config", "key": "mode", "target": "http", "component": "api", **words}
    return {
        "deploy/shop/Chart.yaml": CHART,
        "deploy/shop/values.yaml": values,
        "deploy/shop/templates/_helpers.tpl": HELPERS,
        "deploy/shop/templates/deployment.yaml": DEPLOYMENT % fill,
        "deploy/shop/templates/service.yaml": SERVICE % fill,
        "deploy/shop/templates/rest.yaml": REST,
        **{f"deploy/shop/{name}": text for name, text in files.items()},
    }


CHECKS = (
    "kubernetes-reference-missing",
    "kubernetes-port-mismatch",
    "kubernetes-selector-unmatched",
    "kubernetes-duplicate",
)


def told_of(inspect: Inspect, files: dict[str, str]) -> list[tuple[str, str, int]]:
    return [place for check in CHECKS for place in places(inspect(check, files))]
