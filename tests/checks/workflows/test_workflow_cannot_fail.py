"""Failures that are swallowed, and those that may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.workflows import at_root, steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

CI = ".github/workflows/ci.yml"


@pytest.mark.parametrize(("scripts", "lines"), [('{"lint": "eslint ."}', [7]), ("{}", [])])
def test_a_script_that_is_not_there_is_told_by_itself(
    inspect: Callable[..., list[Finding]], scripts: str, lines: list[int]
) -> None:
    tree = at_root(steps("- run: npm run lint || echo none")) | {"package.json": f'{{"scripts": {scripts}}}'}

    assert [one.line for one in inspect("workflow-cannot-fail", tree)] == lines


@pytest.mark.parametrize(
    ("body", "severity", "line"),
    [
        ("- run: pnpm test || true", "error", 7),
        ("- run: (cd web && npx vitest run) || true", "error", 7),
        ("- run: (cd api && PYTHONPATH=src python -m pytest -q) || echo failed", "error", 7),
        ("- run: |\n    { npm test; } || :", "error", 8),
        ("- run: node scripts/check-docs.mjs || true", "warning", 7),
        ("- run: bash ./scripts/check-no-select.sh | tee select.log", "warning", 7),
        ("- run: ./tools/verify.sh || echo 'not verified'", "warning", 7),
        ("- run: pnpm run smoke:live || echo failed", "warning", 7),
        ("- run: |\n    cd web\n    npm run build || echo 'failed'", "error", 9),
        ("- run: 'cargo test --all || :'", "error", 7),
        ("- run: uv run --frozen pytest -q || exit 0", "error", 7),
        ("- run: npx tsc --noEmit || true", "error", 7),
        ("- run: npm run test:unit || true", "error", 7),
        ("- run: anchor test --skip-deploy || true", "error", 7),
        ("- run: make test || true", "error", 7),
        ("- run: npm ci || true", "warning", 7),
        ("- run: pnpm turbo test --filter=web || true", "error", 7),
        ("- run: yarn vitest run || true", "error", 7),
        ("- run: pnpm eslint . || true", "warning", 7),
        ("- run: npx eslint . || true", "warning", 7),
        ("- run: go test ./...\n  continue-on-error: true", "warning", 8),
        ("- run: go test ./...\n  continue-on-error: true # TODO: fix the races and remove this", "info", 8),
        ("- run: go test ./...\n  continue-on-error: true # temporarily, while it is ported", "info", 8),
        ("- run: go test ./... # TODO: cover more\n  continue-on-error: true", "warning", 8),
        ("- run: pytest | tee log.txt", "warning", 7),
        ("- run: npm test; true", "info", 7),
        ("- run: npm test; exit 0\n  shell: bash {0}", "error", 7),
        ("- run: npm test || /bin/true", "error", 7),
        ('- run: npm test || (echo "no tests"; true)', "error", 7),
        ("- run: |\n    npm test || {\n      echo failed\n    }", "error", 8),
        ("- run: |\n    npm test || FAILED=1\n    echo done", "error", 8),
        ("- run: |\n    if ! npm test; then\n      echo '::warning::failed'\n    fi", "info", 8),
        ("- run: |\n    if npm test; then echo good; else echo bad; fi", "error", 8),
        ("- run: |\n    set +e\n    npm test\n    npm run build", "warning", 9),
        ("- run: flake8 . --exit-zero", "warning", 7),
        ("- run: make test -i", "warning", 7),
        ("- run: npx jest --passWithNoTests", "warning", 7),
        ("- run: npm run build || true\n- uses: dorny/test-reporter@v2", "error", 7),
        ("- run: npx eslint . || true\n- uses: mikepenz/action-junit-report@v5", "warning", 7),
        ("- run: npm ci\n  continue-on-error: true\n- uses: SonarSource/sonarqube-scan-action@v5", "warning", 8),
        ("- run: kubectl apply -f a || true\n- uses: dorny/test-reporter@v2", "warning", 7),
        ("- name: Run tests\n  run: true\n- run: npm run build", "warning", 8),
        ("- name: Unit tests\n  run: |\n    echo one\n    echo two\n- run: npm run build", "warning", 9),
        ("- run: |\n    set +e\n    cargo test\n    exit 0", "error", 9),
        ("- run: |\n    set +e\n    npm test\n    echo finished", "error", 9),
        ("- run: |\n    set +e\n    ruff check app/ tests/\n    exit 0", "warning", 9),
        ("- run: |\n    set +e\n    ruff check app\n    echo linted\n    npx eslint .\n    true", "warning", 9),
        ("- run: npm test\n  continue-on-error: ${{ true }}", "warning", 8),
        ("- run: timeout -k 5 300 npm test || true", "error", 7),
        ("- run: xvfb-run -a npm test || true", "error", 7),
        ("- run: python manage.py test || true", "error", 7),
        ("- run: docker compose run --rm api pytest || true", "error", 7),
        ('- run: echo "tests passed"', "warning", 7),
        ('- run: |\n    set +e\n    npm test\n    echo "exit code $?"', "error", 9),
        ("- run: |\n    set +e\n    pytest\n    CODE=$?\n    echo code $CODE >> $GITHUB_STEP_SUMMARY", "error", 9),
        ("- run: |\n    set +e\n    pytest\n    if [ $? -ne 0 ]; then\n      echo bad\n    fi", "error", 9),
        ("- run: |\n    npm test || CODE=$?\n    echo $CODE", "error", 8),
        ("- run: |\n    tsc -p a &\n    tsc -p b &\n    wait", "error", 8),
        ("- run: |\n    (cd a && npm run build) &\n    (cd b && npm run build) &\n    wait", "error", 8),
        ("- run: |\n    npm test 2>&1 | tee log\n    X=${PIPESTATUS[0]}\n    echo $X", "warning", 8),
        ("- run: npm test | tail -n 20", "warning", 7),
        ("- run: flake8 app | tee report.txt", "warning", 7),
        ("- run: uv run coverage report --fail-under=90 | tee coverage.txt", "warning", 7),
        ("- run: pytest | sed s/a/b/ | tee log\n  shell: sh", "warning", 7),
        ("- name: Tests with coverage\n  run: npx vitest run --coverage || echo below", "error", 8),
        ("- run: aws lambda update-function-code --publish || echo '::warning::no'", "info", 7),
        ("- run: |\n    for d in a b; do\n      kubectl apply -f $d || echo no\n    done", "warning", 9),
        ("- run: alembic upgrade head\n  continue-on-error: true", "warning", 8),
        ("- run: kubectl exec deploy/api -- npx prisma migrate deploy || true", "warning", 7),
        ("- run: pnpm run db:migrate || true", "warning", 7),
        ("- run: npm audit || true", "warning", 7),
        ("- uses: snyk/actions/node@v1\n  continue-on-error: true", "warning", 7),
        (
            "- run: npm ci\n- run: npm run lint\n  continue-on-error: true\n- run: npm run lint\n  working-directory: b\n  continue-on-error: true",
            "info",
            9,
        ),
        (
            "- id: lint\n  run: npm run lint\n  continue-on-error: true\n- run: echo ${{ steps.lint.outcome }}",
            "info",
            9,
        ),
        ("- run: npm test || true # Do not fail", "info", 7),
        ("- run: npx eslint . -f json > found.json || true\n- run: npm test", "info", 7),
        ("# RATCHET: report-only\n- run: npm run build\n  continue-on-error: true", "info", 9),
        ("- name: Coverage report\n  run: coverage report --fail-under=80 | tee a", "warning", 8),
        (
            "- run: |\n    pnpm --filter a exec tsc --noEmit &\n    pnpm --filter b exec tsc --noEmit &\n    wait",
            "error",
            8,
        ),
        (
            '- id: t\n  run: |\n    npm test | tee log\n    X=${PIPESTATUS[0]}\n    echo "code=$X" >> $GITHUB_OUTPUT',
            "warning",
            9,
        ),
        (
            "- run: |\n    for n in 1 2 3; do\n      if npm test; then\n        exit 0\n      fi\n    done\n    echo bad",
            "error",
            9,
        ),
        (
            "- run: |\n    if npm test; then RESULT=good; echo 1; else RESULT=bad; echo 2; fi\n    echo $RESULT",
            "error",
            8,
        ),
    ],
)
def test_swallowed(inspect: Callable[..., list[Finding]], body: str, severity: str, line: int) -> None:
    assert places(inspect("workflow-cannot-fail", at_root(steps(body)))) == [(severity, CI, line)]


@pytest.mark.parametrize(
    "body",
    [
        "- run: npm test",
        "- run: |\n    set +e\n    npm test\n    set -e\n    echo finished",
        "- run: |\n    set +e\n    npm test\n    code=$?\n    exit $code",
        "- run: |\n    set +e\n    npm test",
        "- run: echo starting\n- run: npm test",
        "- run: echo version=1 > made.txt",
        "- run: echo $(make-it)",
        "- run: docker rm -f x || true\n- run: kill $PID || true\n- run: npm test",
        "- run: npm run lint -- --fix || true",
        "- name: Run the tests (if configured)\n  run: npm test\n  continue-on-error: true",
        "- run: npm test || exit 1",
        "- run: npm test || { cat log; exit 1; }",
        "- run: |\n    black --check . || {\n      echo one\n      echo two\n      exit 1\n    }",
        "- run: pip install pip-audit\n  continue-on-error: true",
        "- run: npm install --package-lock-only || true",
        "- run: npm ci || (echo again && (npm cache clean --force || true) && npm ci)",
        "- run: |\n    npm ci || {\n      echo again\n      npm ci\n    }",
        "- run: npm test || (echo failed && exit 1)",
        "- run: npm test || echo failed && exit 1",
        "- id: t\n  run: npm test || echo failed=true >> $GITHUB_OUTPUT\n- if: steps.t.outputs.failed\n  run: exit 1",
        "- run: |\n    npm test || CODE=$?\n    exit $CODE",
        "- run: count=$(npm test || true)",
        "- run: npm run test:watch --version || true",
        "- name: Experimental tests\n  run: npm test || true",
        "- run: npm test\n  continue-on-error: ${{ matrix.experimental }}",
        "- id: t\n  run: npm test\n  continue-on-error: true\n- if: steps.t.outcome == 'failure'\n  run: exit 1",
        "- run: set -o pipefail; pytest | tee log.txt",
        "- run: pytest | tee log.txt\n  shell: bash",
        "- run: ls\n  continue-on-error: true",
        "- uses: codecov/codecov-action@v4\n  continue-on-error: true",
        "- run: |\n    cat <<EOF\n    npm test || true\n    EOF",
        "- run: npm test || echo x\n  shell: pwsh",
        "- run: |\n    npm test || FAILED=1\n    exit $FAILED",
        "- run: |\n    if npm test; then echo good; else exit 1; fi",
        "- run: |\n    if npm test; then touch made; fi",
        "- run: |\n    for n in 1 2 3; do\n      if npm test; then\n        exit 0\n      fi\n      sleep 5\n    done\n    exit 1",
        "- name: Test summary\n  run: echo done\n- run: npm test",
        "- run: |\n    set +e\n    npm test\n    if [ $? -ne 0 ]; then\n      exit 1\n    fi",
        "- run: |\n    set +e\n    npm test\n    A=$?\n    npm run lint\n    B=$?\n    exit $((A + B))",
        '- id: t\n  run: |\n    set +e\n    npm test\n    echo "code=$?" >> $GITHUB_OUTPUT\n- if: steps.t.outputs.code != 0\n  run: exit 1',
        "- run: |\n    npm test & a=$!\n    npm run build & b=$!\n    wait $a && wait $b",
        "- run: npm run dev & npx wait-on http://localhost:3000",
        "- run: |\n    npm test | tee log\n    exit ${PIPESTATUS[0]}",
        "- run: npm test | grep -q passed",
        "- run: |\n    npm test || { echo failed; FAILED=1; }\n    echo next\n    [ -z $FAILED ]",
        "- run: |\n    if npm test; then echo good; else echo bad; FAILED=1; fi\n    exit $FAILED",
        "- run: |\n    eslint . > found.txt || true\n    python check.py found.txt",
        "- run: kubectl create namespace x || true\n- run: npm publish || echo published",
        "- run: npm run migrate:status || true",
        "# Advisory only: known findings.\n- run: npx eslint .\n  continue-on-error: true",
        "- run: npx eslint .\n  continue-on-error: true\n  # advisory, not a gate",
        "- run: yamllint . || true\n  # to not fail on warnings",
        "- run: |\n    mypy src || {\n      echo bad ${X}\n      cat report\n      exit 1\n    }",
        "- run: npm test\n- name: Coverage report\n  run: npm run test:coverage || true",
        "- run: |\n    mypy src || true\n    N=$(mypy src | wc -l)\n    if [ $N -gt 9 ]; then\n      exit 1\n    fi",
        "- run: terraform plan >> $GITHUB_STEP_SUMMARY || true",
        "- run: npm audit --json > audit.json || true\n- uses: actions/upload-artifact@v4\n  with: {name: a, path: audit.json}",
        "- run: npm test\n  continue-on-error: true\n- uses: dorny/test-reporter@v2\n  with: {name: a, path: a.xml, reporter: jest-junit}",
        "- run: npx playwright test || true\n- uses: mikepenz/action-junit-report@v5",
        "- run: npx eslint . -f json -o a.json || true\n- uses: SonarSource/sonarqube-scan-action@v5",
        "- name: Run tests\n  if: failure()\n  run: echo they failed\n- run: npm test",
    ],
)
def test_quiet(inspect: Callable[..., list[Finding]], body: str) -> None:
    assert inspect("workflow-cannot-fail", at_root(steps(body))) == []


def test_a_scanner_beside_other_work_is_information(inspect: Callable[..., list[Finding]]) -> None:
    body = "- run: npm test\n- run: npm audit || true\n- run: |\n    ls\n    trivy fs . || echo found\n- run: snyk test"

    found = inspect("workflow-cannot-fail", at_root(steps(body)))

    assert [(one.severity, one.line, one.message) for one in found] == [
        ("info", 8, "`npm audit` in job test cannot fail: its failure is swallowed (1 more in this job)")
    ]


@pytest.mark.parametrize(
    ("command", "severity"),
    [
        ("kubeconform -strict -summary -", "warning"),
        ("kubectl -n shop kustomize k8s/base > /dev/null", "warning"),
        ("helm --debug lint charts/api", "warning"),
        ("docker compose -f a.yml config -q", "warning"),
        ("kubectl -n shop rollout status deployment/$name --timeout=60s", "warning"),
        ("kubectl --namespace=shop apply -f k8s", "warning"),
        ("terraform -chdir=infra validate", "error"),
        ("kubectl -n shop get pods", None),
        ("helm -n shop list", None),
        ("kubectl -n shop delete pod x", None),
    ],
)
def test_what_judges_manifests_and_brings_them_out(
    inspect: Callable[..., list[Finding]], command: str, severity: str | None
) -> None:
    found = inspect("workflow-cannot-fail", at_root(steps(f"- run: {command} || true\n- run: npm test")))

    assert places(found) == ([(severity, CI, 7)] if severity else [])


def test_comments_belong_to_the_step_they_stand_at(inspect: Callable[..., list[Finding]]) -> None:
    body = "- run: ls\n  # advisory\n- run: npm run build\n  continue-on-error: true\n# advisory\n- run: npm test"
    above = "on: push\njobs:\n  # Non-blocking for now.\n  audit:\n    runs-on: x\n    steps:\n      - run: npm audit || true\n"

    assert places(inspect("workflow-cannot-fail", at_root(steps(body)))) == [("warning", CI, 10)]
    assert inspect("workflow-cannot-fail", at_root(above)) == []


def test_a_whole_job(inspect: Callable[..., list[Finding]]) -> None:
    text = steps("- run: npm ci\n- run: npm test\n- run: npm run build", job="continue-on-error: true")

    assert places(inspect("workflow-cannot-fail", at_root(text))) == [("warning", CI, 5)]
    assert (
        inspect("workflow-cannot-fail", at_root(steps("- run: npm test", job="name: Nightly (allowed to fail)"))) == []
    )


def test_tests_that_are_there_may_pass_without(inspect: Callable[..., list[Finding]]) -> None:
    text = steps("- run: npx jest --passWithNoTests\n  working-directory: web")

    assert inspect("workflow-cannot-fail", at_root(text, web={"src": {"a.test.ts": ""}})) == []


@pytest.mark.parametrize(
    ("command", "severity"),
    [
        ("node --test tests/*.test.js || echo '::warning::tests failed'", "info"),
        ("node --import tsx --test || true", "error"),
        ("npx tsx --test src/a.test.ts || exit 0", "error"),
        ("npx c8 --reporter=lcov node --test || true", "error"),
        ("flutter test || exit 0", "error"),
        ("flutter test --coverage || printf no", "error"),
        ("fvm flutter build apk --debug || true", "error"),
        ("dart test || true", "error"),
        ("mix test --cover || true", "error"),
        ("./gradlew testDebugUnitTest || true", "error"),
        ("bash android/gradlew -p android test || true", "error"),
        ("dotnet test --no-build || true", "error"),
        ("swift test || echo no", "error"),
        ("xcodebuild -scheme App test || true", "error"),
        ("./vendor/bin/phpunit || true", "error"),
        ("php artisan test || true", "error"),
        ("composer run test || true", "error"),
        ("deno test -A || true", "error"),
        ("bun test || true", "error"),
        ("ctest --output-on-failure || true", "error"),
        ("bundle exec rspec || true", "error"),
        ("bin/rails test || true", "error"),
        ("bundle exec rake test:units || true", "error"),
        ("sbt clean test || true", "error"),
        ("./scripts/run-tests.sh || true", "error"),
        ("flutter analyze || true", "warning"),
        ("mix format --check-formatted || true", "warning"),
        ("bundle exec rubocop || true", "warning"),
        ("scarb test || true", "error"),
        ("snforge test || true", "error"),
        ("widget run test || true", "warning"),
        ("node scripts/run-package-suites.mjs || true", "warning"),
    ],
)
def test_runners_of_every_stack(inspect: Callable[..., list[Finding]], command: str, severity: str) -> None:
    found = inspect("workflow-cannot-fail", {CI: steps(f"- run: {command}")})

    assert places(found) == [(severity, CI, 7)]


def test_a_lenient_run_after_a_strict_one_is_for_information(inspect: Callable[..., list[Finding]]) -> None:
    text = steps("- run: |\n    flake8 . --select=E9\n    flake8 . --count --exit-zero")

    assert places(inspect("workflow-cannot-fail", {CI: text})) == [("info", CI, 9)]


@pytest.mark.parametrize(
    "command",
    [
        "flutter test",
        "flutter test || { echo failed; exit 1; }",
        "flutter clean || true",
        "flutter config --no-analytics || true",
        "node server.js --test || true",
        "node scripts/report.js || true",
        "mix local.hex --force || true",
        "xcodebuild -resolvePackageDependencies -derivedDataPath build || true",
        "composer show test/package || true",
        "ng version || true",
        "./scripts/collect-test-logs.sh || true",
        "./gradlew --stop || true",
        "mkdir test || true",
        "docker rm test || true",
    ],
)
def test_what_runs_no_tests(inspect: Callable[..., list[Finding]], command: str) -> None:
    assert inspect("workflow-cannot-fail", {CI: steps(f"- run: {command}")}) == []


@pytest.mark.parametrize("condition", ["failure()", "${{ failure() }}", "failure() && github.ref == 'refs/heads/main'"])
def test_a_step_of_a_job_that_has_failed(inspect: Callable[..., list[Finding]], condition: str) -> None:
    step = f"- name: Show it again\n  if: {condition}\n  run: mix test 2>&1 | tail -50 || true"

    assert inspect("workflow-cannot-fail", {CI: steps(step)}) == []
    assert len(inspect("workflow-cannot-fail", {CI: steps(step.replace("failure()", "always()"))})) == 1


@pytest.mark.parametrize(
    ("name", "step", "told"),
    [
        ("all-checks", "echo ${{ needs.a.result }}", True),
        ("ci", "echo ${{ needs.a.result }}\n      - name: All checks passed\n        run: echo done", True),
        ("summary", "echo ${{ needs.a.result }}", False),
        ("all-checks", "test ${{ needs.a.result }} = success", False),
        ("all-checks", "echo bad\n        if: needs.a.result != 'success'", False),
        ("all-checks", "echo ${{ needs.a.result }} >> $GITHUB_STEP_SUMMARY", False),
    ],
)
def test_a_gate_that_only_prints_the_results(
    inspect: Callable[..., list[Finding]], name: str, step: str, told: bool
) -> None:
    head = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: npm test\n"
    gate = f"  {name}:\n    needs: a\n    if: always()\n    runs-on: x\n    steps:\n      - run: {step}\n"

    found = inspect("workflow-cannot-fail", at_root(head + gate))

    assert places(found) == ([("warning", CI, 9)] if told else [])


def test_each_of_several_scripts_of_a_manager_is_told(inspect: Callable[..., list[Finding]]) -> None:
    body = "- run: |\n    npm run type-check || echo one\n    npm run build || echo two\n    npm run lint || echo three"

    assert places(inspect("workflow-cannot-fail", at_root(steps(body)))) == [
        ("error", CI, 8),
        ("error", CI, 9),
        ("warning", CI, 10),
    ]


def test_the_last_command_of_a_function_is_for_its_callers(inspect: Callable[..., list[Finding]]) -> None:
    script = (
        "#!/bin/sh\n"
        'step() {\n  if "$@"; then echo ok; else failed=1; fi\n}\n'
        "types() { ( cd web && npx tsc --noEmit ); }\n"
        "unit() (\n  npx vitest run\n)\n"
        "function api {\n  pytest -q\n}\n"
        "both() {\n  npm test\n  npm run lint\n  echo done\n}\n"
        "step types\nstep unit\nstep api\n"
        'if [ -n "$failed" ]; then exit 1; fi\n'
    )
    tree = at_root(steps("- run: ./check.sh"), **{"check.sh": script})

    assert places(inspect("workflow-cannot-fail", tree)) == [("warning", "check.sh", 13)]


@pytest.mark.parametrize(
    ("script", "level"),
    [
        ("npm test && echo fine || echo broken", "error"),
        ("npm test && echo fine || exit 1", ""),
        ("npm test && ./report || echo broken", ""),
        ("npm publish --access public | tee publish.log", "warning"),
        ("set -o pipefail\nnpm publish | tee publish.log", ""),
        ('npm publish || echo "published before"', ""),
        ("set +e\ncargo fuzz run parse | tee log\nstatus=$?\nexit $status", "warning"),
        ("forge snapshot --check || forge snapshot", "warning"),
        ("prettier --check . || prettier --write .", "warning"),
        ("prettier --check src || prettier --check lib", ""),
        ("cargo fmt --check || cargo build", ""),
    ],
)
def test_alternatives_and_pipes_that_let_a_failure_pass(
    inspect: Callable[..., list[Finding]], script: str, level: str
) -> None:
    text = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n"
    lines = "".join(f"          {line}\n" for line in script.split("\n"))
    tree = {".github": {"workflows": {"ci.yml": text + lines}}, "package.json": '{"scripts": {"test": "x"}}'}

    assert [one.severity for one in inspect("workflow-cannot-fail", tree)] == ([level] if level else [])


def test_a_step_that_is_skipped_if_unavailable_may_fail(inspect: Callable[..., list[Finding]]) -> None:
    step = "      - name: Socket tests (skip if unavailable)\n        continue-on-error: true\n        run: pytest tests || echo none\n"
    text = f"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest unit\n{step}"

    assert inspect("workflow-cannot-fail", {".github": {"workflows": {"ci.yml": text}}}) == []


@pytest.mark.parametrize(
    ("name", "script", "levels"),
    [
        ("Verify deployment", "curl -f https://a.example/health || echo down", ["warning"]),
        ("Smoke test", "curl -f https://a.example/health && echo up || echo down", ["warning"]),
        ("Health check", "curl -f https://a.example || echo a\ncurl -f https://b.example || echo b", ["warning"]),
        ("Health check", "curl -f https://a.example/health || exit 1", []),
        ("Health check", "for i in 1 2 3; do\n  curl -f https://a.example/health || echo waiting\ndone", []),
        ("Health check (optional)", "curl -f https://a.example/health || echo down", []),
        ("Show page", "curl -f https://a.example/health || echo down", []),
    ],
)
def test_requests_by_which_a_step_looks_whether_something_answers(
    inspect: Callable[..., list[Finding]], name: str, script: str, levels: list[str]
) -> None:
    text = f"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - name: {name}\n        run: |\n"
    lines = "".join(f"          {line}\n" for line in script.split("\n"))

    found = inspect("workflow-cannot-fail", {".github": {"workflows": {"ci.yml": text + lines}}})

    assert [one.severity for one in found] == levels


def test_proofs_after_a_deployment_that_only_print(inspect: Callable[..., list[Finding]]) -> None:
    body = "".join(
        f"- name: {name}\n  run: echo x\n"
        for name in ("Verify deployment", "Run health checks", "Verify deployment summary", "Check out")
    )

    (found,) = inspect("workflow-cannot-fail", at_root(steps(body + "- run: make")))
    assert (found.line, found.message) == (
        8,
        "step 'Verify deployment' of job test only prints, as does 1 more: it cannot fail",
    )


def test_a_step_in_a_folder_that_no_clone_has_is_told_by_itself(inspect: Callable[..., list[Finding]]) -> None:
    cache = "- uses: actions/cache@v4\n  with:\n    path: gone/lib/target\n    key: k-${{ hashFiles('gone/lib/Cargo.lock') }}\n"
    run = "- run: cargo test || true\n  working-directory: gone/lib"
    looks = "- id: look\n  run: |\n    if [ -d plug ]; then echo 'is=1' >> $GITHUB_OUTPUT; fi\n- run: cargo test || true\n  if: steps.look.outputs.is"
    tree = at_root(steps(cache + run), steps(looks), web={"a": ""})

    assert inspect("workflow-cannot-fail", tree) == []
    assert inspect("workflow-cache-without-lock", tree) == []
    assert places(inspect("workflow-reference-missing", tree)) == [("error", CI, 12)]
    other = at_root(steps(run.replace("gone/lib", "web")), steps(looks.replace("plug", "web")), web={"a": ""})
    assert [one.line for one in inspect("workflow-cannot-fail", other)] == [7, 10]


def test_the_default_folder_of_all_steps_is_looked_for(inspect: Callable[..., list[Finding]]) -> None:
    head = "on: push\ndefaults:\n  run:\n    working-directory: gone\n"
    cache = "- uses: actions/cache@v4\n  with: {path: gone/target, key: a}\n"

    assert places(inspect("workflow-reference-missing", at_root(steps(cache + "- run: make", head=head)))) == [
        ("error", CI, 4)
    ]
    whole = cache.replace("gone/target", "gone")
    assert inspect("workflow-reference-missing", at_root(steps(whole + "- run: make", head=head))) == []


def test_what_sets_up_a_job_that_may_fail_is_no_loss(inspect: Callable[..., list[Finding]]) -> None:
    setup, work = "- run: npm ci\n", "- run: npm test\n"

    assert inspect("workflow-cannot-fail", at_root(steps(setup, job="continue-on-error: true"))) == []
    (found,) = inspect("workflow-cannot-fail", at_root(steps(setup + work, job="continue-on-error: true")))
    assert found.severity == "warning"
    assert "npm test" in found.message
