# Resources that need no provider: what the worker's deployment is made of.
terraform {
  required_version = ">= 1.5"
}

locals {
  headers = jsondecode(file("${path.module}/headers.json"))
}

resource "terraform_data" "worker" {
  input = {
    script  = file("${path.module}/../dist/worker.js")
    score   = file("${path.module}/../dist/src/score.js")
    headers = local.headers
  }
}

resource "terraform_data" "routes" {
  input = templatefile("${path.module}/templates/routes.tftpl", { zone = "harbor.example" })
}
