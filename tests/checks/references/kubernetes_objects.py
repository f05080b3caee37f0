"""Objects of Kubernetes that name others, and some that are named."""

from __future__ import annotations

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: shop}
spec:
  serviceAccountName: %s
  containers:
    - name: a
      env:
        - name: LEVEL
          valueFrom: {configMapKeyRef: {name: settings, key: %s}}
      envFrom:
        - secretRef: {name: %s}
  volumes:
    - name: data
      persistentVolumeClaim: {claimName: %s}
"""
SETTINGS = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\ndata: {LOG_LEVEL: '{{ not Helm }}'}\n"

WORK = """\
apiVersion: apps/v1
kind: %s
metadata: {name: api, namespace: shop}
spec:
  serviceName: %s
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      imagePullSecrets: [{name: %s}]
      containers:
        - name: api
          env:
            - {name: URL, value: "%s"}
          volumeMounts:
            - {name: %s, mountPath: /data}
  volumeClaimTemplates: [{metadata: {name: data}}]
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec: {ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{port: 80}]}
---
apiVersion: v1
kind: Secret
metadata: {name: registry, namespace: shop}
"""

SECRETS = """\
apiVersion: v1
kind: Secret
metadata: {name: registry}
---
apiVersion: v1
kind: Service
metadata: {name: api}
"""
