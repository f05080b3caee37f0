"""Files and modules that Terraform names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_missing_files_and_modules(inspect: Inspect) -> None:
    text = """\
locals {
  policy = file("${path.module}/polcy.json")
  page   = templatefile("pages/index.html.tftpl", {})
}
module "network" {
  source = "../modules/network"
}
"""
    tree = {"infra": {"main.tf": text, "policy.json": "{}"}}

    found = inspect("terraform-reference-missing", tree)

    assert places(found) == [
        ("error", "infra/main.tf", 2),
        ("error", "infra/main.tf", 3),
        ("error", "infra/main.tf", 6),
    ]
    assert [fix.title for fix in found[0].fixes] == ["write ${path.module}/policy.json"]


def test_quiet_about_what_is_there_guarded_or_made(inspect: Inspect) -> None:
    text = """\
variable "name" {}
locals {
  a = file("${path.module}/there.json")
  b = fileexists("${path.module}/b.json") ? file("${path.module}/b.json") : ""
  c = try(file("${path.module}/c.json"), "")
  d = file("${path.module}/${var.name}.json")
  e = file("~/.ssh/key.pub")
  # f = file("${path.module}/f.json")
}
data "archive_file" "code" {
  type        = "zip"
  source_dir  = "${path.module}/src"
  output_path = "${path.module}/code.zip"
}
resource "aws_lambda_function" "code" {
  filename = "${path.module}/code.zip"
}
module "a" {
  source = "terraform-aws-modules/vpc/aws"
}
"""
    tree = {"main.tf": text, "there.json": "{}", "src": {"a.py": ""}, ".terraform": {"x.tf": 'a = file("none")\n'}}

    assert inspect("terraform-reference-missing", tree) == []


def test_a_path_of_the_calling_module(inspect: Inspect) -> None:
    tree = {
        "main.tf": 'module "a" {\n  source = "./modules/a"\n}\n',
        "files": {"x.json": "{}"},
        "modules": {"a": {"main.tf": 'locals {\n  x = file("files/x.json")\n}\n'}},
    }

    assert inspect("terraform-reference-missing", tree) == []


def test_an_archive_that_nobody_is_known_to_make_is_a_warning(inspect: Inspect) -> None:
    text = 'resource "aws_lambda_function" "a" {\n  filename = "${path.module}/build/a.zip"\n}\n'

    assert places(inspect("terraform-reference-missing", {"main.tf": text})) == [("warning", "main.tf", 2)]
    assert {
        one.severity
        for one in inspect("terraform-reference-missing", {"main.tf": text, "Makefile": "a:\n\tzip build/a.zip x\n"})
    } == {"info"}


def test_one_finding_for_all_below_a_folder_that_is_gone(inspect: Inspect) -> None:
    calls = "".join(f'module "{name}" {{\n  source = "./modules/{name}"\n}}\n' for name in ("a", "b", "c"))
    found = inspect("terraform-reference-missing", {"infra": {"main.tf": calls}})

    assert places(found) == [("error", "infra/main.tf", 2)]
    assert "2 others" in found[0].message


def test_a_module_without_terraform(inspect: Inspect) -> None:
    tree = {
        "main.tf": 'module "a" {\n  source = "./empty"\n}\nmodule "b" {\n  source = "./full"\n}\n',
        "empty": {"README.md": "soon"},
        "full": {"main.tf": ""},
    }

    assert places(inspect("terraform-reference-missing", tree)) == [("error", "main.tf", 2)]


def test_locals_charts_file_sets_and_modules_of_workers(inspect: Inspect) -> None:
    text = """\
locals {
  folder = "${path.module}/policies"
  gone   = file("${local.folder}/gone.json")
  there  = file("${local.folder}/there.json")
  none   = fileset("${path.module}/sql", "*.sql")
}
resource "helm_release" "far" {
  chart = "prometheus"
}
resource "helm_release" "near" {
  chart = "${path.module}/charts/web"
}
resource "cloudflare_worker_version" "w" {
  modules = [{ name = "a.js", content_file = "worker/a.js" }, { name = "b.js", content_file = "worker/b.js" }]
}
"""
    tree = {"main.tf": text, "policies": {"there.json": "{}"}, "worker": {"b.js": ""}}

    assert places(inspect("terraform-reference-missing", tree)) == [
        ("error", "main.tf", 3),
        ("warning", "main.tf", 5),
        ("error", "main.tf", 11),
        ("error", "main.tf", 14),
    ]


def test_no_build_makes_what_lies_below_a_folder_that_is_gone(inspect: Inspect) -> None:
    script = (
        'resource "cloudflare_worker_script" "{0}" {{\n  content = file("${{path.module}}/../{0}/dist/worker.js")\n}}\n'
    )
    tree = {
        ".gitignore": "dist\n",
        "infra": {"main.tf": script.format("auth") + script.format("shop")},
        "shop": {"package.json": '{"scripts": {"build": "webpack"}}'},
    }

    assert [one for one in places(inspect("terraform-reference-missing", tree)) if one[0] != "info"] == [
        ("error", "infra/main.tf", 2)
    ]


NAMES = """\
variable "zone" {}
locals {
  host = "a"
  all  = { for one_name in ["x"] : one_name => one_name.id if var.%(variable)s != "" }
}
resource "aws_s3_bucket" "logs" {
  bucket   = "${local.%(local)s}-${var.zone}" # var.comment
  policy   = <<EOT
    {"a": "${aws_s3_bucket.%(resource)s.id}", "b": "var.text"}
  EOT
  provider = aws.%(alias)s
  dynamic "lifecycle_rule" {
    for_each = data.aws_region.%(data)s.name
    content { id = lifecycle_rule.value.id }
  }
  lifecycle { ignore_changes = [any_thing.at_all] }
}
provider "aws" { alias = "east" }
data "aws_region" "here" {}
module "queue" {
  source = "./queue"
  name   = "a"
  %(argument)s = 1
}
output "arn" { value = module.queue.%(output)s }
moved {
  from = aws_s3_bucket.gone
  to   = aws_s3_bucket.logs
}
"""
QUEUE = 'variable "name" {}\nvariable "size" {}\noutput "arn" { value = "a" }\n'
RIGHT = {
    "variable": "zone",
    "local": "host",
    "resource": "logs",
    "alias": "east",
    "data": "here",
    "argument": "size",
    "output": "arn",
}


@pytest.mark.parametrize(
    ("what", "lines"),
    [
        ("variable", [4]),
        ("local", [7]),
        ("resource", [9]),
        ("alias", [11]),
        ("data", [13]),
        ("argument", [20, 23]),
        ("output", [25]),
    ],
)
def test_names_that_nothing_declares(inspect: Inspect, what: str, lines: list[int]) -> None:
    tree = {"infra": {"main.tf": NAMES % {**RIGHT, what: "wrong"}, "queue": {"main.tf": QUEUE}}}

    found = inspect("terraform-reference-missing", tree)

    assert places(found) == [("error", "infra/main.tf", line) for line in lines]


def test_quiet_about_declared_names(inspect: Inspect) -> None:
    assert (
        inspect("terraform-reference-missing", {"infra": {"main.tf": NAMES % RIGHT, "queue": {"main.tf": QUEUE}}}) == []
    )


@pytest.mark.parametrize("other", ["more.tf.json", "broken.tf", "terragrunt.hcl"])
def test_quiet_about_modules_that_are_not_known_as_a_whole(inspect: Inspect, other: str) -> None:
    tree = {"infra": {"main.tf": 'output "a" { value = var.a }\n', other: "{ ["}}

    assert inspect("terraform-reference-missing", tree) == []


def test_a_missing_file_of_variables_is_one_cause(inspect: Inspect) -> None:
    text = "".join(f'output "o{at}" {{ value = var.v{at} }}\n' for at in range(5))

    assert places(inspect("terraform-reference-missing", {"main.tf": text})) == [("error", "main.tf", 1)]


def test_values_without_a_variable(inspect: Inspect) -> None:
    tree = {
        "infra": {
            "main.tf": 'variable "size" {}\nvariable "zone" {}\n',
            "live.tfvars": 'size = 1\nzones = "a"\n',
            "vars": {"test.tfvars": 'size = 1\nzone = "a"\nregion = "b"\n', "else.tfvars": "other = 1\n"},
        }
    }

    assert places(inspect("terraform-reference-missing", tree)) == [
        ("warning", "infra/live.tfvars", 2),
        ("warning", "infra/vars/test.tfvars", 3),
    ]


def test_values_that_several_environments_have_without_a_variable(inspect: Inspect) -> None:
    values = "size = 1\nzone = 1\nregion = 1\n"
    tree = {"main.tf": 'variable "size" {}\nvariable "zone" {}\n', "vars": {"a.tfvars": values, "b.tfvars": values}}

    (found,) = inspect("terraform-reference-missing", tree)

    assert (found.path, found.line) == ("vars/a.tfvars", 3)
    assert found.evidence.endswith("; so in vars/b.tfvars:3")


@pytest.mark.parametrize(("values", "near"), [("", True), ('domain_name = "a.invalid"\n', False)])
def test_what_has_a_value_is_no_other_name(inspect: Inspect, values: str, near: bool) -> None:
    tree = {
        "main.tf": 'variable "domains_name" {}\noutput "a" { value = var.domain_name }\n',
        "live.tfvars.example": values,
    }

    (found,) = inspect("terraform-reference-missing", tree)

    assert ("domains_name is declared" in found.message) == near


def test_a_file_of_another_kind_is_no_file_of_values(inspect: Inspect) -> None:
    tree = {"variables.tf": 'variable "a" {}\n', "go.sh": "terraform plan -var-file=variables.tfvars\n"}

    (found,) = inspect("terraform-reference-missing", tree)

    assert "variables.tf is there" not in found.message


def test_files_and_folders_of_commands(inspect: Inspect) -> None:
    workflow = "on: push\njobs:\n  a:\n    steps:\n      - run: terraform -chdir=gone plan\n      - run: terraform -chdir=infra plan -var-file=live.tfvars\n"
    tree = {
        "infra": {"main.tf": "", "live.tfvars": ""},
        "Makefile": "plan:\n\tcd infra && terraform plan -var-file live.tfvars\n\tcd infra && terraform plan -var-file=test.tfvars\n",
        "plan.sh": "terraform init -backend-config='key=a' -backend-config=$FILE\n",
        ".github": {"workflows": {"ci.yml": workflow}},
    }

    assert places(inspect("terraform-reference-missing", tree)) == [
        ("error", ".github/workflows/ci.yml", 5),
        ("error", "Makefile", 3),
    ]


@pytest.mark.parametrize(
    ("command", "more", "count"),
    [
        ("terraform plan -input=false", {}, 1),
        ("terraform apply -input=false -auto-approve", {}, 1),
        ("terraform plan", {}, 0),
        ("terraform apply -input=false plan.out", {}, 0),
        ("terraform plan -input=false -var region=a", {}, 0),
        ("export TF_VAR_region=a\nterraform plan -input=false", {}, 0),
        ("terraform plan -input=false", {"terraform.tfvars": 'region = "a"\n'}, 0),
        ("terraform plan -input=false", {"cloud.tf": 'terraform {\n  cloud {\n    organization = "a"\n  }\n}\n'}, 0),
    ],
)
def test_a_plan_that_may_not_ask(inspect: Inspect, command: str, more: dict[str, str], count: int) -> None:
    tree = {"main.tf": 'variable "region" {}\nvariable "name" {\n  default = "a"\n}\n', "go.sh": f"{command}\n", **more}

    found = inspect("terraform-reference-missing", tree)

    assert [(one.severity, one.path, one.evidence) for one in found] == [
        ("warning", "go.sh", "variables without a default: region")
    ] * count


def test_names_that_a_template_is_not_given(inspect: Inspect) -> None:
    text = """\
locals {
  a = templatefile("${path.module}/a.tpl", { name = "x", ports = [1, 2], more = { inner = 1 } })
  b = templatefile("${path.module}/a.tpl", {
    name  = "x"
    ports = []
    more  = {}
    home  = "/"
  })
  c = templatefile("${path.module}/a.tpl", merge(local.all, { name = "x" }))
}
"""
    template = "name=${name} $${SHELL} ${upper(name)}\n%{ for port in ports ~}\n${port}\n%{ endfor ~}\n%{ if more != null }${home}%{ endif }\n"

    found = inspect("terraform-reference-missing", {"main.tf": text.replace("local.all", "{}"), "a.tpl": template})

    assert places(found) == [("error", "main.tf", 2)]
    assert "fills in home, which" in found[0].message


def test_a_value_where_nothing_is_variable(inspect: Inspect) -> None:
    tree = {"infra": {"main.tf": 'output "a" { value = 1 }\n', "terraform.tfvars": "size = 1\n"}}

    assert places(inspect("terraform-reference-missing", tree)) == [("warning", "infra/terraform.tfvars", 1)]


def test_one_cause_is_told_once(inspect: Inspect) -> None:
    calls = "".join(f'module "m{at}" {{\n  source = "./queue"\n}}\n' for at in range(4))
    names = "".join(f'output "o{at}" {{ value = var.gone{at} }}\n' for at in range(4))
    make = "a:\n\tterraform -chdir=gone init\nb:\n\tterraform -chdir=gone plan\n"
    tree = {"calls": {"main.tf": calls, "queue": {"main.tf": QUEUE}}, "names": {"main.tf": names}, "Makefile": make}

    assert places(inspect("terraform-reference-missing", tree)) == [
        ("error", "Makefile", 2),
        ("error", "calls/main.tf", 1),
        ("error", "names/main.tf", 1),
    ]


def test_unknown_arguments_of_one_call(inspect: Inspect) -> None:
    text = (
        'module "queue" {\n  source = "./queue"\n  name = "a"\n  size = 1\n  colour = 1\n  sizes = 2\n  height = 1\n}\n'
    )

    found = inspect("terraform-reference-missing", {"main.tf": text, "queue": {"main.tf": QUEUE}})

    assert places(found) == [("error", "main.tf", 5), ("error", "main.tf", 6)]
    assert "nor for height" in found[0].message


def test_scripts_and_contexts(inspect: Inspect) -> None:
    text = """\
resource "null_resource" "a" {
  provisioner "local-exec" {
    command = "bash ${path.module}/scripts/gone.sh && ./there.sh ../other/gone.py"
  }
  provisioner "local-exec" {
    command     = "./elsewhere.sh"
    working_dir = var.folder
  }
  provisioner "remote-exec" {
    script = "${path.module}/gone.sh"
  }
}
data "external" "b" {
  program = ["python3", "${path.module}/gone.py"]
}
resource "docker_image" "c" {
  build {
    context = "${path.module}/../app"
  }
}
variable "folder" {}
"""
    tree = {"infra": {"main.tf": text, "there.sh": ""}, "other": {"a.py": ""}}

    assert places(inspect("terraform-reference-missing", tree)) == [
        ("error", "infra/main.tf", 3),
        ("error", "infra/main.tf", 3),
        ("error", "infra/main.tf", 10),
        ("error", "infra/main.tf", 14),
        ("error", "infra/main.tf", 18),
    ]


@pytest.mark.parametrize(
    ("main", "line"),
    [
        ("content = file(local.page)", 2),
        ("content = templatefile( local.page , {})", 2),
        ("content = jsonencode({ a = file(local.alias) })", 2),
        ("content_file = local.page", 2),
        ("content = file(local.there)", 0),
        ('content = fileexists(local.page) ? file(local.page) : ""', 0),
        ('content = try(file(local.page), "")', 0),
        ("content = file(local.made)", 0),
        ("content = file(local.unknown)", 0),
    ],
)
def test_a_path_that_is_the_whole_of_a_local(inspect: Inspect, main: str, line: int) -> None:
    local = """\
locals {
  page = abspath("${path.module}/pages/404.html")
  alias = local.page
  there = "${path.module}/a.js"
  made = "${path.module}/${var.name}.js"
  unknown = var.path
}
variable "name" {}
variable "path" {}
"""
    tree = {
        "infra": {
            "locals.tf": local,
            "main.tf": f'resource "cloudflare_workers_script" "a" {{\n  {main}\n}}\n',
            "a.js": "",
        }
    }

    found = inspect("terraform-reference-missing", tree)

    assert [(one.severity, one.path, one.line) for one in found] == ([("error", "infra/main.tf", line)] if line else [])


@pytest.mark.parametrize(("count", "told"), [(3, 3), (4, 1)])
def test_many_modules_that_one_folder_lacks_are_one_finding(inspect: Inspect, count: int, told: int) -> None:
    calls = "".join(f'module "m{number}" {{\n  source = "../modules/m{number}"\n}}\n' for number in range(count))
    tree = {"live": {"main.tf": calls}, "modules": {"other": {"main.tf": "locals {\n}\n"}}}

    found = inspect("terraform-reference-missing", tree)

    assert len(found) == told
    assert (told > 1) is not found[0].message.endswith("So do 3 others of this file.")


@pytest.mark.parametrize(("count", "told"), [(3, 3), (4, 1)])
def test_many_packages_to_be_built_that_one_folder_lacks_are_one_finding(
    inspect: Inspect, count: int, told: int
) -> None:
    reads = "".join(
        f'data "archive_file" "m{n}" {{\n  source_dir = "${{path.module}}/../jobs/m{n}/dist"\n}}\n'
        for n in range(count)
    )
    tree = {"live": {"main.tf": reads}, "jobs": {"a.txt": ""}, ".gitignore": "dist/\n"}

    found = inspect("terraform-reference-missing", tree)

    assert len(found) == told
    assert (told > 1) is not found[0].message.endswith("So do 3 others of this file.")


def test_folders_of_commands_that_are_gone_with_one_above_are_one_finding(inspect: Inspect) -> None:
    commands = "".join(f"\tterraform -chdir=infra/{name} plan\n" for name in ("a", "b", "c"))

    (found,) = inspect("terraform-reference-missing", {"Makefile": f"plan:\n{commands}", "main.tf": ""})

    assert found.message == (
        "terraform is to run in infra/a, which does not exist: the command stops. So do 2 others of this file below infra."
    )


def test_what_a_module_declares_twice(inspect: Callable[..., list[Finding]]) -> None:
    main = 'variable "region" {}\nvariable "stage" { default = "dev" }\nlocals { name = "a" }\noutput "x" { value = "${var.region}${var.stage}${local.name}" }\n'
    tree = {
        "one": {
            "main.tf": main,
            "variables.tf": '\nvariable "region" {\n  default = "a"\n}\n\nvariable "stage" {}\n',
            "override.tf": 'variable "region" { default = "b" }\n',
            "prod_override.tf": 'variable "stage" { default = "c" }\n',
        },
        "two": {"main.tf": main, "more.tf": 'locals { other = local.name }\noutput "y" { value = local.other }\n'},
        "three": {"main.tf": 'locals { a = 1 }\n\nlocals { a = 2 }\noutput "z" { value = local.a }\n'},
    }

    found = inspect("terraform-reference-missing", tree)

    assert [(one.severity, one.path, one.line, one.message, one.evidence) for one in found] == [
        (
            "error",
            "one/variables.tf",
            2,
            "The variable region is declared in main.tf:1, too, and so are 1 more: Terraform refuses the module.",
            "variable region (2), variable stage (6)",
        ),
        (
            "error",
            "three/main.tf",
            3,
            "The local value a is declared in line 1, too: Terraform refuses the module.",
            "local value a (3)",
        ),
    ]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ('templatefile(join("/", [path.module, "../files", "gone.tpl"]), {})', "files/gone.tpl"),
        ('file(format("%s/gone.sh", path.module))', "app/gone.sh"),
        ('file(format("%s/%s", path.root, "gone.sh"))', "app/gone.sh"),
        ('file(join("/", [path.module, "there.sh"]))', ""),
        ('file(join("/", [path.module, var.name]))', ""),
        ('file(join("/", [path.module, "crds-${var.name}.yaml"]))', ""),
        ('fileexists(join("/", [path.module, "gone.sh"])) ? file(join("/", [path.module, "gone.sh"])) : ""', ""),
        ('join("/", [path.module, "gone.sh"])', ""),
    ],
)
def test_paths_that_are_joined_of_parts(inspect: Inspect, value: str, told: str) -> None:
    tree = {"app": {"main.tf": f'variable "name" {{}}\n\noutput "a" {{\n  value = {value}\n}}\n', "there.sh": ""}}

    found = inspect("terraform-reference-missing", tree)

    assert [(one.line, one.evidence) for one in found] == [(4, f"{told} does not exist")] * bool(told)


@pytest.mark.parametrize("second", ['backend "azurerm" {}', 'cloud {\n    organization = "shop"\n  }'])
def test_a_module_has_one_place_for_its_state(inspect: Inspect, second: str) -> None:
    tree = {
        "backend.tf": f"terraform {{\n  {second}\n}}\n",
        "versions.tf": 'terraform {\n  required_version = ">= 1.5"\n\n  backend "s3" {}\n}\n',
        "local_override.tf": 'terraform {\n  backend "local" {}\n}\n',
    }

    (found,) = inspect("terraform-reference-missing", {"infra": tree})

    assert (found.severity, found.path, found.line) == ("error", "infra/versions.tf", 4)
    assert "declared in backend.tf:2, too" in found.message


def test_names_of_another_time_are_one_fault_and_slips_are_their_own(inspect: Inspect) -> None:
    names = ["region", "bucket_nam", "pool_label", "branch_pattern"]
    tree = {
        "main.tf": "".join(f'output "{name}" {{\n  value = var.{name}\n}}\n\n' for name in names),
        "variables.tf": 'variable "region" {}\n\nvariable "bucket_name" {}\n',
    }

    found = inspect("terraform-reference-missing", tree)

    assert [(one.line, bool(one.fixes[0].actions)) for one in found] == [(10, False), (6, True)]
    assert "uses 2 variables that nothing in it declares (branch_pattern, pool_label)" in found[0].message


def test_what_a_dynamic_block_of_data_goes_through_is_no_data_source(inspect: Callable[..., list[Finding]]) -> None:
    text = """resource "grafana_rule_group" "a" {
  dynamic "data" {
    for_each = toset(["x"])
    content { ref_id = data.value.ref_id }
  }
}
output "b" { value = data.value.lost }
"""
    assert places(inspect("terraform-reference-missing", {"main.tf": text})) == [("error", "main.tf", 7)]


@pytest.mark.parametrize("top", ["git rev-parse", 'git -C "$(dirname "${BASH_SOURCE[0]}")" rev-parse'])
def test_a_script_that_goes_to_the_top_of_the_repository(inspect: Callable[..., list[Finding]], top: str) -> None:
    script = f'#!/bin/bash\nset -e\nROOT="$({top} --show-toplevel)"\ncd "$ROOT"\nterraform -chdir=terraform apply\nterraform -chdir=lost apply\n'
    tree = {"terraform": {"main.tf": ""}, "scripts": {"deploy.sh": script}}

    assert [one.line for one in inspect("terraform-reference-missing", tree)] == [6]
