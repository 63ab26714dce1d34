"""Synthetic manifests, distinct, the same on every run. Not here: their files (`trees`)."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

WORDS = (
    "ledger orders search ingest billing gateway catalog mailer profile reports session stock "
    "audit pricing media photos tickets chat geo feeds scoring metrics invoices checkout events "
    "identity"
).split()
NOUNS = "api worker web cache sync job proxy store backend frontend relay daemon".split()
TEAMS = "atlas borealis cobalt delta ember fjord granite harbor".split()
RELEASES = ("2.46.0", "2.47.1", "2.48.0", "2.49.2", "2.50.1", "2.52.0")


def plain(seed: int) -> str:
    """A file without Ray as a repository has them: mostly a kilobyte, sometimes four."""
    random = Random(f"plain {seed}")
    name = f"{random.choice(WORDS)}-{random.choice(NOUNS)}-{seed}"
    make = random.choices(
        (_application, _config, _ingress, _cron_job, _access, _storage, _pipeline),
        (34, 18, 12, 10, 12, 8, 6),
    )[0]
    return make(random, name, random.choice(TEAMS))


def ray(seed: int) -> str:
    """A Ray manifest of about three kilobytes; one in eight has something to complain of."""
    random = Random(f"ray {seed}")
    name = f"{random.choice(WORDS)}-{seed}"
    make = random.choices((_ray_cluster, _ray_job, _ray_service), (50, 30, 20))[0]
    return make(random, name, random.choice(TEAMS), seed % 8 == 0)


def stream(size: int) -> str:
    """Documents up to a size in characters, one in fifteen of them Ray's."""
    parts: list[str] = []
    written = number = 0
    while written < size:
        make: Callable[[int], str] = ray if number % 15 == 7 else plain
        parts.append(make(number))
        written += len(parts[-1]) + 4
        number += 1
    return "---\n".join(parts)


def bundle(resources: int) -> str:
    """A stream of objects and three times as many references between them, a few of them to names
    that are not there or almost right.
    """
    return "---\n".join(_cell(number, number % 8 == 0) for number in range(resources // 10))


# Plain Kubernetes


def _metadata(name: str, team: str, *extra: str) -> str:
    lines = ["metadata:", f"  name: {name}", f"  namespace: {team}", "  labels:"]
    lines += [f"    app.kubernetes.io/name: {name}", f"    app.kubernetes.io/part-of: {team}"]
    return "\n".join([*lines, *extra]) + "\n"


def _application(random: Random, name: str, team: str) -> str:
    kind = random.choice(("Deployment", "Deployment", "StatefulSet"))
    port = random.randrange(3000, 9900)
    secrets = "".join(
        f"""\
        - name: {random.choice(WORDS).upper()}_URL
          value: http://{random.choice(WORDS)}-api.{random.choice(TEAMS)}.svc:{port + step}
"""
        for step in range(random.randrange(1, 7))
    )
    if random.random() < 0.05:
        secrets += "        - name: BATCH_ARRAY_SIZE\n          value: '64'\n"
    replicas = random.randrange(1, 6)
    text = f"""\
# {name}: owned by {team}
apiVersion: apps/v1
kind: {kind}
{_metadata(name, team)}spec:
  replicas: {replicas}
  selector:
    matchLabels:
      app.kubernetes.io/name: {name}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {name}
      annotations:
        prometheus.io/scrape: "true"
        prometheus.io/port: "{port}"
    spec:
      serviceAccountName: {name}
      containers:
      - name: {name.split("-")[1]}
        image: registry.example.com/{team}/{name}:1.{random.randrange(40)}.{random.randrange(9)}
        args: ["--listen", ":{port}", "--log-level", "info"]
        ports:
        - name: http
          containerPort: {port}
        env:
{secrets}        resources:
          requests:
            cpu: {random.randrange(1, 9) * 100}m
            memory: {random.randrange(1, 9) * 128}Mi
          limits:
            memory: {random.randrange(9, 17) * 128}Mi
        readinessProbe:
          httpGet:
            path: /healthz
            port: http
          periodSeconds: {random.randrange(5, 30)}
"""
    if random.random() < 0.6:
        text += f"""\
---
apiVersion: v1
kind: Service
{_metadata(name, team)}spec:
  selector:
    app.kubernetes.io/name: {name}
  ports:
  - name: http
    port: 80
    targetPort: {port}
"""
    if random.random() < 0.3:
        text += f"""\
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
{_metadata(name, team)}spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: {kind}
    name: {name}
  minReplicas: {replicas}
  maxReplicas: {replicas * 4}
  metrics:
  - type: Resource
    resource:
      name: cpu
      target:
        type: Utilization
        averageUtilization: {random.randrange(50, 90)}
"""
    return text


def _config(random: Random, name: str, team: str) -> str:
    settings = "".join(
        f"    {random.choice(WORDS)}.{random.choice(NOUNS)}.{i} = {random.randrange(10**6)}\n"
        for i in range(random.randrange(4, 60))
    )
    return f"""\
apiVersion: v1
kind: ConfigMap
{_metadata(name, team)}data:
  LOG_FORMAT: json
  REGION: eu-{random.randrange(1, 9)}
  application.properties: |
    # settings of {name}
{settings}"""


def _ingress(random: Random, name: str, team: str) -> str:
    hosts = "".join(
        f"""\
  - host: {word}.{team}.example.com
    http:
      paths:
      - path: /{random.choice(NOUNS)}
        pathType: Prefix
        backend:
          service:
            name: {name}
            port:
              number: {random.randrange(80, 9000)}
"""
        for word in random.sample(WORDS, random.randrange(1, 6))
    )
    extra = "  annotations:\n    cert-manager.io/cluster-issuer: letsencrypt"
    return f"""\
apiVersion: networking.k8s.io/v1
kind: Ingress
{_metadata(name, team, extra)}spec:
  ingressClassName: nginx
  rules:
{hosts}"""


def _cron_job(random: Random, name: str, team: str) -> str:
    return f"""\
apiVersion: batch/v1
kind: CronJob
{_metadata(name, team)}spec:
  schedule: "{random.randrange(60)} {random.randrange(24)} * * *"
  concurrencyPolicy: Forbid
  successfulJobsHistoryLimit: {random.randrange(1, 5)}
  jobTemplate:
    spec:
      backoffLimit: {random.randrange(1, 6)}
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: run
            image: registry.example.com/{team}/{name}:2.{random.randrange(30)}
            command:
            - /bin/sh
            - -c
            - |
              set -e
              echo "starting {name}"
              /app/{random.choice(NOUNS)} --since {random.randrange(1, 90)}d
            envFrom:
            - secretRef:
                name: {name}
            resources:
              requests: {{cpu: {random.randrange(1, 9)}00m, memory: 256Mi}}
              limits: {{memory: 512Mi}}
"""


def _access(random: Random, name: str, team: str) -> str:
    rules = "".join(
        f"- apiGroups: ['']\n  resources: [{kind}]\n  verbs: [get, list, watch]\n"
        for kind in random.sample(("pods", "secrets", "configmaps", "services", "events"), 3)
    )
    return f"""\
apiVersion: v1
kind: ServiceAccount
{_metadata(name, team)}---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
{_metadata(name, team)}rules:
{rules}---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
{_metadata(name, team)}roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {name}
subjects:
- kind: ServiceAccount
  name: {name}
  namespace: {team}
"""


def _storage(random: Random, name: str, team: str) -> str:
    return f"""\
apiVersion: v1
kind: PersistentVolumeClaim
{_metadata(name, team)}spec:
  accessModes: [ReadWriteOnce]
  storageClassName: standard
  resources:
    requests:
      storage: {random.randrange(1, 500)}Gi
"""


def _pipeline(random: Random, name: str, team: str) -> str:
    jobs = "".join(
        f"""\
  {word}:
    runs-on: ubuntu-latest
    timeout-minutes: {random.randrange(5, 60)}
    steps:
    - uses: actions/checkout@v4
    - name: Build {word}
      run: |
        make -C services/{word} build
        make -C services/{word} test
"""
        for word in random.sample(WORDS, random.randrange(2, 6))
    )
    return f"name: {name}\non:\n  push:\n    branches: [main, {team}]\njobs:\n{jobs}"


# Ray


def _ray_cluster(random: Random, name: str, team: str, flawed: bool) -> str:
    head = f"""\
# {name}: a cluster of {team}
apiVersion: ray.io/v1
kind: RayCluster
{_metadata(name, team)}spec:
"""
    return head + _cluster_spec(random, "  ", flawed, scaled=random.random() < 0.5)


def _ray_job(random: Random, name: str, team: str, flawed: bool) -> str:
    script = random.choice(("train", "tune", "evaluate", "embed", "score"))
    epochs, seed = random.randrange(1, 90), random.randrange(10**6)
    head = f"""\
apiVersion: ray.io/v1
kind: RayJob
{_metadata(name, team)}spec:
  # what is run once the cluster is there
  entrypoint: python /srv/{script}.py --epochs {epochs} --seed {seed}
  shutdownAfterJobFinishes: true
  ttlSecondsAfterFinished: {random.randrange(1, 60) * 60}
  activeDeadlineSeconds: {random.randrange(1, 24) * 3600}
  backoffLimit: {random.randrange(1, 4)}
  runtimeEnvYAML: |
    pip:
    - requests==2.{random.randrange(20, 32)}.{random.randrange(4)}
    env_vars:
      TEAM: {team}
  rayClusterSpec:
"""
    return head + _cluster_spec(random, "    ", flawed)


def _ray_service(random: Random, name: str, team: str, flawed: bool) -> str:
    module = name.replace("-", "_")
    head = f"""\
apiVersion: ray.io/v1
kind: RayService
{_metadata(name, team)}spec:
  serveConfigV2: |
    applications:
    - name: {module}
      import_path: {module}.app:deployment
      route_prefix: /{name}
      deployments:
      - name: Model
        num_replicas: {random.randrange(1, 4)}
        ray_actor_options:
          num_cpus: 1
  rayClusterConfig:
"""
    return head + _cluster_spec(random, "    ", flawed)


def _cluster_spec(random: Random, indent: str, flawed: bool, *, scaled: bool = False) -> str:
    release = random.choice(RELEASES)
    python = random.choice(("py310", "py311", "py312"))
    lines = [f"rayVersion: '{release}'  # the Ray in the image"]
    if scaled:
        lines += ["enableInTreeAutoscaling: true", "autoscalerOptions:"]
        lines += [f"  idleTimeoutSeconds: {random.randrange(60, 900)}", "  resources:"]
        lines += ["    requests: {cpu: 500m, memory: 512Mi}"]
        lines += ["    limits: {cpu: 500m, memory: 512Mi}"]
    lines += ["headGroupSpec:", "  serviceType: ClusterIP", "  rayStartParams:"]
    lines += ["    dashboard-host: '0.0.0.0'", "    num-cpus: '0'  # nothing runs on the head"]
    lines += ["  template:"]
    lines += _pod(random, "ray-head", f"rayproject/ray:{release}-{python}", 2, _HEAD_PORTS)
    lines += ["workerGroupSpecs:"]
    for number in range(random.choice((1, 1, 2))):
        least, gpu = random.randrange(1, 4), random.random() < 0.3
        other = "py39" if flawed and number == 0 else python
        lines += [f"- groupName: {random.choice(NOUNS)}-{number}", f"  replicas: {least}"]
        lines += [f"  minReplicas: {least}", f"  maxReplicas: {least + random.randrange(0, 9)}"]
        lines += ["  rayStartParams: {}", "  template:"]
        image = f"rayproject/ray:{release}-{other}{'-gpu' if gpu else ''}"
        lines += _pod(random, "ray-worker", image, random.randrange(1, 17), (), gpu)
    return "".join(f"{indent}{line}\n" for line in lines)


_HEAD_PORTS = (("gcs-server", 6379), ("dashboard", 8265), ("client", 10001), ("serve", 8000))


def _pod(
    random: Random,
    name: str,
    image: str,
    cpus: int,
    ports: tuple[tuple[str, int], ...],
    gpu: bool = False,
) -> list[str]:
    extra = [f"nvidia.com/gpu: {random.choice((1, 2, 4))}"] if gpu else []
    amounts = [f"cpu: '{cpus}'", f"memory: {cpus * random.choice((4, 8))}Gi", *extra]
    lines = ["    spec:", "      serviceAccountName: default", "      containers:"]
    lines += [f"      - name: {name}", f"        image: {image}"]
    if ports:
        lines += ["        ports:"]
    for port_name, number in ports:
        lines += [f"        - containerPort: {number}", f"          name: {port_name}"]
    lines += ["        # no more rights than it needs", "        securityContext:"]
    lines += ["          allowPrivilegeEscalation: false", "          runAsNonRoot: true"]
    lines += ["        env:"]
    for word in random.sample(WORDS, random.randrange(1, 4)):
        lines += [f"        - name: {word.upper()}_BUCKET"]
        lines += [f"          value: s3://{word}-{random.randrange(10**5)}/{name}"]
    lines += ["        resources:"]
    for part in ("limits", "requests"):
        lines += [f"          {part}:", *(f"            {amount}" for amount in amounts)]
    lines += ["        volumeMounts:", "        - mountPath: /tmp/ray", "          name: ray-logs"]
    if gpu:
        lines += ["      tolerations:", "      - key: nvidia.com/gpu", "        operator: Exists"]
        lines += ["        effect: NoSchedule"]
    return [*lines, "      volumes:", "      - name: ray-logs", "        emptyDir: {}"]


# Objects that name each other


def _cell(number: int, flawed: bool) -> str:
    """Ten objects and thirty references: three clusters, each pod of which names five objects."""
    random = Random(f"cell {number}")
    name, team = f"{random.choice(WORDS)}-{number:05}", random.choice(TEAMS)
    objects = [
        _named("v1", "ConfigMap", f"{name}-code", team, "data: {app.py: 'x', tune.py: 'y'}"),
        _named("v1", "ConfigMap", f"{name}-settings", team, "data: {LEVEL: info}"),
        _named("v1", "Secret", f"{name}-token", team, "stringData: {token: x}"),
        _named("v1", "Secret", f"{name}-login", team, "stringData: {user: x, password: y}"),
        _named("v1", "PersistentVolumeClaim", f"{name}-cache", team, "spec: {}"),
        _named("v1", "ServiceAccount", f"{name}-ray", team, "automountServiceAccountToken: true"),
        _named("v1", "Service", f"{name}-redis", team, "spec: {ports: [{port: 6379}]}"),
    ]
    for cluster in range(3):
        asked = f"{name}-tokne" if flawed and cluster == 0 else f"{name}-token"
        claim = "absent-cache" if flawed and cluster == 1 else f"{name}-cache"
        release = random.choice(RELEASES)
        head, worker = (_naming_pod(release, name, asked, claim, p) for p in ("head", "worker"))
        spec = f"spec:\n  headGroupSpec:\n    template:\n{head}"
        spec += f"  workerGroupSpecs:\n  - groupName: small\n    template:\n{worker}"
        objects.append(_named("ray.io/v1", "RayCluster", f"{name}-{cluster}", team, spec.rstrip()))
    return "---\n".join(objects)


def _named(version: str, kind: str, name: str, team: str, rest: str) -> str:
    return f"apiVersion: {version}\nkind: {kind}\n{_metadata(name, team)}{rest}\n"


def _naming_pod(release: str, name: str, token: str, claim: str, part: str) -> str:
    return f"""\
      spec:
        serviceAccountName: {name}-ray
        containers:
        - name: ray-{part}
          image: rayproject/ray:{release}
          resources: {{limits: {{cpu: 4, memory: 16Gi}}, requests: {{cpu: 4, memory: 16Gi}}}}
          env:
          - name: TOKEN
            valueFrom:
              secretKeyRef: {{name: {token}, key: token}}
          envFrom:
          - configMapRef: {{name: {name}-settings}}
          volumeMounts:
          - {{name: code, mountPath: /srv}}
          - {{name: cache, mountPath: /cache}}
        volumes:
        - name: code
          configMap: {{name: {name}-code, items: [{{key: app.py, path: app.py}}]}}
        - name: cache
          persistentVolumeClaim: {{claimName: {claim}}}
"""
