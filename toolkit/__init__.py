"""A reproducible developer-environment toolkit for polyglot monorepos.

What is where, from the bottom up; a part imports only what stands above it in this list (`CONTRIBUTING.md` says more):

Values
    values          frozen dataclasses that are quick to define
    commands        programs to run, and how they ended
    model, errors   what all layers hand each other: subprojects, findings, plans; and how a command can end badly
    expressions     regular expressions compiled at first use
    path_names      what the name of a file or folder says of what it holds
    versions        versions, and what satisfies a range

The world and its texts
    system/         the only folder that touches the world: processes, files, git, downloads, locks
    documents/      YAML, TOML, JSONC, HCL, Dockerfiles and others read with positions, and edited by spans

What a run knows
    settings        the typed settings; manifest/ reads them from `toolkit.toml`
    context         what every feature is given: root, settings, the one inventory, documents read so far
    extension       what an ecosystem is, and how leaves are found by folder
    memory          answers that are found once a run
    places, words   reckoning with folders and globs; reading the options of a command
    advice          what a repair is called: by the manager's own command, and by the toolkit's task where it is in use
    roles           what a folder is to the repository: its own, an example, vendored ...
    discovery       which subprojects there are
    inspection      what a check is given; checking: what a check is; catalog: which checks there are

What leaves share
    packages        what package managers call things
    specifiers      what sources of JavaScript and TypeScript may import
    tsconfig        what a TypeScript configuration says after its `extends`, and takes; emission: what its compiler writes
    workspace_globs the globs of JavaScript workspaces
    installs/       what workflows, images, scripts and hosts install with
    outputs/        what a build would make
    references      one verdict for "does this path exist"; near_paths: which one was meant instead
    strays/         what lies in a tree and should not, and how it is taken away

Leaves: one file each, found by folder
    ecosystems/     how subprojects of one kind are discovered and installed
    checks/         what the doctor looks for, by family

What a command does
    features/       decides, and returns plans and results
    apply/          alone changes a repository's own files: carries plans out, and takes them back
    report/         turns results into text, JSON, SARIF and others; schemas/ describes the JSON
    cli/            the tasks: flags to a feature to a report to an exit code

Outside of all that: `launch` starts the toolkit where nothing is installed, with `_venv` and `_interpreters` for the
first start.
"""

__version__ = "0.1.0"
