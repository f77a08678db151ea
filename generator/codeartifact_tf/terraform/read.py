"""Generated Terraform → the Domain that it describes.

Reads strictly: a block, an attribute or an expression that is never generated is refused, so that
nothing can hide in a file that this reader calls equal to a spec. It shares nothing with the
renderer but the model and the spelling of HCL.
"""

import re
from collections.abc import Mapping
from typing import Self, TypeVar, cast

from codeartifact_tf.domain.model import (
    EVERYONE,
    Condition,
    Control,
    Domain,
    Effect,
    Mode,
    PackageGroup,
    Policy,
    Principals,
    Repository,
    Statement,
    Tags,
)
from codeartifact_tf.terraform.configuration import (
    Configuration,
    Deployment,
    Layout,
    Removed,
    RepositoryResource,
)
from codeartifact_tf.terraform.hcl import (
    Block,
    Call,
    For,
    HclError,
    Object,
    Reference,
    Template,
    Value,
    parse,
)

_DOMAIN = ("aws_codeartifact_domain", "this")
_DOMAIN_POLICY = ("aws_codeartifact_domain_permissions_policy", "this")
_REPOSITORY = "aws_codeartifact_repository"
_PACKAGE_GROUP = "awscc_codeartifact_package_group"

_Home = tuple[str | None, str | None]
_Blocks = dict[tuple[str, ...], Block]

T = TypeVar("T")


class _Reader:
    """A block whose parts are taken one by one; what is left over at the end is refused."""

    def __init__(self, block: Block) -> None:
        self.where = " ".join((block.type, *block.labels))
        self.attributes = dict(block.attributes)
        self.blocks = list(block.blocks)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        left = [*self.attributes, *(block.type for block in self.blocks)]
        if kind is None and left:
            raise HclError(f"{self.where} holds {', '.join(left)}, which is never generated")

    def optional(self, name: str, kind: type[T]) -> T | None:
        value = self.attributes.pop(name, None)
        return None if value is None else self._as(name, value, kind)

    def required(self, name: str, kind: type[T]) -> T:
        if name not in self.attributes:
            raise HclError(f"{self.where} has no {name}")
        return self._as(name, self.attributes.pop(name), kind)

    def _as(self, name: str, value: Value, kind: type[T]) -> T:
        if type(value) is not kind:
            raise HclError(f"{name} of {self.where} is {value!r}")
        return value

    def nested(self, kind: str) -> "list[_Reader]":
        found = [block for block in self.blocks if block.type == kind]
        self.blocks = [block for block in self.blocks if block.type != kind]
        if any(block.labels for block in found):
            raise HclError(f"{kind} in {self.where} has labels")
        return [_Reader(block) for block in found]

    def one(self, kind: str) -> "_Reader":
        found = self.nested(kind)
        if len(found) != 1:
            raise HclError(f"{self.where} has {len(found)} blocks {kind}")
        return found[0]

    def tags(self) -> Tags:
        value = self.optional("tags", Object)
        items = value.items if value else ()
        if not all(isinstance(text, str) for _, text in items):
            raise HclError(f"a tag of {self.where} is not text")
        return tuple(sorted(cast("Tags", items)))

    def lifecycle(self) -> bool:
        """The block `lifecycle`, always with create_before_destroy; gives prevent_destroy."""
        with self.one("lifecycle") as lifecycle:
            if lifecycle.required("create_before_destroy", bool) is not True:
                raise HclError(f"{self.where} is not created before it is destroyed")
            self.guards = lifecycle.nested("postcondition")
            return lifecycle.optional("prevent_destroy", bool) or False


def read(files: Mapping[str, str]) -> Deployment:
    """All files of a folder (name → text) → the Domain. Raises HclError with the file's name."""
    blocks: dict[tuple[str, ...], Block] = {}
    for name, text in files.items():
        try:
            for block in parse(text):
                _add(blocks, block)
        except HclError as error:
            raise HclError(f"{name}: {error}") from None
    return _domain(blocks)


def _add(blocks: _Blocks, block: Block) -> None:
    address = (block.type, *block.labels)
    if block.type == "locals":  # these are one, however many blocks hold them
        found = blocks.pop(address, Block("locals", (), {}, ()))
        twice = sorted({*found.attributes} & {*block.attributes})
        if block.blocks or twice:
            raise HclError(f"locals hold a block, or twice: {', '.join(twice)}")
        block = Block("locals", (), found.attributes | block.attributes, ())
    if block.type == "removed":  # these have no labels to tell them apart
        address = (*address, str(len(blocks)))
    if address in blocks:
        raise HclError(f"{' '.join(address)} stands twice")
    blocks[address] = block


def _domain(blocks: _Blocks) -> Deployment:
    required, aws_version, awscc_version = _terraform(_take(blocks, "terraform"))
    output = _take(blocks, "output", "domain")
    encryption_key: str | None = None
    tags: Tags = ()
    protect = False
    layout, region, owner = _providers(blocks, with_awscc=awscc_version is not None)
    managed = ("resource", *_DOMAIN) in blocks
    name = None
    if managed:
        name, encryption_key, tags, protect, place = _managed(_take(blocks, "resource", *_DOMAIN))
        if (layout is Layout.MODULE) is not (place is not None):
            raise HclError("a module, and only a module, checks its account and Region")
        if place is not None:
            region, owner = place
    removed = _removed(blocks, managed=managed)
    outputs = _take(blocks, "output", "repositories")
    with _Reader(_take(blocks, "locals")) as local:
        repositories, homes = _repositories(blocks, local)
        _check_collection(local, repositories)
    names = {resource.label: repository.name for repository, resource in repositories}
    groups = _package_groups(blocks, names, homes, with_awscc=awscc_version is not None)
    policy = _policy_of_domain(blocks, homes) if managed else ()
    region_of_endpoints = _region_of_endpoints(outputs)
    if blocks:
        raise HclError(f"{' '.join(next(iter(blocks)))} is never generated")
    stated = _domain_output(output, managed=managed)
    if managed:
        homes |= {(None, None)}
    else:
        name, owner = stated.get("name"), stated.get("owner")
        homes |= {(name, owner)}
    if len(homes) != 1:
        raise HclError("repositories and output do not name one and the same domain")
    if region not in {None, stated["region"]} or name is None:
        raise HclError("the output names another Region or no domain")
    if region_of_endpoints != stated["region"]:
        raise HclError("the endpoints are in another Region")
    domain = Domain(
        name=name,
        region=stated["region"],
        owner=owner,
        encryption_key=encryption_key,
        tags=tags,
        policy=policy,
        repositories=tuple(sorted((r for r, _ in repositories), key=lambda r: r.name)),
        package_groups=tuple(sorted((g for g, _ in groups), key=lambda g: g.pattern)),
    )
    return Deployment(
        domain,
        Configuration(
            managed=managed,
            protect=protect,
            layout=layout,
            required_version=required,
            aws_provider_version=aws_version,
            awscc_provider_version=awscc_version,
            repositories={repository.name: resource for repository, resource in repositories},
            package_groups={group.pattern: label for group, label in groups},
            removed=tuple(sorted(removed, key=lambda r: r.label)),
        ),
    )


def _take(blocks: _Blocks, *address: str) -> Block:
    if address not in blocks:
        raise HclError(f"there is no {' '.join(address)}")
    return blocks.pop(address)


def _terraform(block: Block) -> tuple[str, str, str | None]:
    with _Reader(block) as terraform, terraform.one("required_providers") as providers:
        aws = _version("aws", providers.required("aws", Object))
        awscc = providers.optional("awscc", Object)
        required = terraform.required("required_version", str)
        return required, aws, None if awscc is None else _version("awscc", awscc)


def _version(name: str, provider: Object) -> str:
    found = dict(provider.items)
    version = found.get("version")
    expected = {"source": f"hashicorp/{name}", "version": version}
    if found != expected or not isinstance(version, str):
        raise HclError(f"the provider {name} is {found!r}")
    return version


def _providers(blocks: _Blocks, *, with_awscc: bool) -> tuple[Layout, str | None, str | None]:
    """The layout, and the Region and the owner that the provider blocks of a root module name."""
    if ("provider", "aws") not in blocks:
        return Layout.MODULE, None, None
    region, owner = _provider(_take(blocks, "provider", "aws"))
    if with_awscc:
        with _Reader(_take(blocks, "provider", "awscc")) as awscc:
            if awscc.required("region", str) != region:
                raise HclError("the providers are in two Regions")
    return Layout.ROOT, region, owner


def _provider(block: Block) -> tuple[str, str | None]:
    with _Reader(block) as provider:
        accounts = provider.optional("allowed_account_ids", tuple)
        if accounts is not None and (len(accounts) != 1 or not isinstance(accounts[0], str)):
            raise HclError(f"allowed_account_ids is {accounts!r}")
        return provider.required("region", str), accounts[0] if accounts else None


_PLACE = re.compile(r"\^arn:\[\^:\]\+:codeartifact:([a-z0-9-]+):(?:([0-9]{12})|\[0-9\]\+):")


def _managed(
    block: Block,
) -> tuple[str, str | None, Tags, bool, tuple[str, str | None] | None]:
    with _Reader(block) as domain:
        name = domain.required("domain", str)
        encryption_key = domain.optional("encryption_key", str)
        tags, protect = domain.tags(), domain.lifecycle()
        place = None
        for guard in domain.guards:
            with guard:
                guard.required("error_message", str)
                place = _place(guard.required("condition", Call))
        if len(domain.guards) > 1:
            raise HclError("the domain has several postconditions")
        return name, encryption_key, tags, protect, place


def _place(condition: Call) -> tuple[str, str | None]:
    match condition:
        case Call("can", (Call("regex", (str() as pattern, Reference(("self", "arn")))),)):
            found = _PLACE.fullmatch(pattern)
            if found:
                return found[1], found[2]
    raise HclError(f"the condition of the domain is {condition!r}")


def _removed(blocks: dict[tuple[str, ...], Block], *, managed: bool) -> list[Removed]:
    """The tombstones. What a state is to forget, it forgets together with its policy."""
    found: dict[tuple[str, ...], bool] = {}
    for key in [key for key in blocks if key[0] == "removed"]:
        address, destroy = _grave(blocks.pop(key))
        if address in found:
            raise HclError(f"{'.'.join(address)} is removed twice")
        found[address] = destroy
    stones = [
        Removed(label, destroy) for (kind, label), destroy in found.items() if kind == _REPOSITORY
    ]
    expected = {(_REPOSITORY, stone.label): stone.destroy for stone in stones}
    if not managed:
        expected[_DOMAIN] = False
    forgotten = [address for address, destroy in expected.items() if not destroy]
    expected |= {(f"{kind}_permissions_policy", label): False for kind, label in forgotten}
    if found != expected:
        raise HclError("something is removed, or forgotten, without the rest of it")
    return stones


def _grave(block: Block) -> tuple[tuple[str, str], bool]:
    with _Reader(block) as removed, removed.one("lifecycle") as lifecycle:
        if block.labels:
            raise HclError("a removed block has labels")
        match removed.required("from", Reference):
            case Reference((str() as kind, str() as label)):
                return (kind, label), lifecycle.required("destroy", bool)
            case other:
                raise HclError(f"removed from {other!r}")


def _resources(blocks: _Blocks, kind: str) -> dict[str, Block]:
    """The resources of a type by label, taken out of the blocks."""
    keys = [key for key in blocks if key[:2] == ("resource", kind) and len(key) == 3]  # noqa: PLR2004
    return {key[2]: blocks.pop(key) for key in keys}


def _repositories(
    blocks: _Blocks, local: _Reader
) -> tuple[list[tuple[Repository, RepositoryResource]], set[_Home]]:
    """The repositories, and the domains that they name: (None, None) for the one of this folder."""
    found = _resources(blocks, _REPOSITORY)
    policies = _resources(blocks, f"{_REPOSITORY}_permissions_policy")
    names: dict[str, str] = {}
    for label, block in found.items():
        name = block.attributes.get("repository")
        if not isinstance(name, str) or name in names.values():
            raise HclError(f"the name of {_REPOSITORY}.{label} is {name!r}")
        names[label] = name
    homes: set[_Home] = set()
    repositories = []
    for label, block in found.items():
        upstreams: list[str] = []
        with _Reader(block) as reader:
            homes.add(_home(reader))
            upstreams += (_upstream(u, names) for u in reader.nested("upstream"))
            policy: Policy = ()
            if label in policies:
                policy, home = _policy(policies.pop(label), label)
                homes.add(home)
            repositories.append(
                (
                    Repository(
                        name=reader.required("repository", str),
                        description=reader.optional("description", str),
                        upstreams=tuple(names[upstream] for upstream in upstreams),
                        external_connection=_connection(reader.nested("external_connections")),
                        formats=_formats(local, label, upstreams),
                        tags=reader.tags(),
                        policy=policy,
                    ),
                    RepositoryResource(label, protect=reader.lifecycle()),
                )
            )
            if reader.guards:
                raise HclError(f"{reader.where} has a postcondition")
    if policies:
        raise HclError(f"there is no repository for the policies {', '.join(policies)}")
    return repositories, homes


def _package_groups(
    blocks: _Blocks, names: Mapping[str, str], homes: set[_Home], *, with_awscc: bool
) -> list[tuple[PackageGroup, str]]:
    """The package groups; `names` are those of the repositories by label."""
    groups = []
    for label, block in _resources(blocks, _PACKAGE_GROUP).items():
        with _Reader(block) as group:
            homes.add(_home(group, "domain_name"))
            configuration = _fields(group.required("origin_configuration", Object), "restrictions")[
                "restrictions"
            ]
            controls = _fields(configuration, "publish", "external_upstream", "internal_upstream")
            groups.append(
                (
                    PackageGroup(
                        pattern=group.required("pattern", str),
                        **{key: _control(value, names) for key, value in controls.items()},
                        description=group.optional("description", str),
                        contact_info=group.optional("contact_info", str),
                        tags=_listed_tags(group.optional("tags", tuple)),
                    ),
                    label,
                )
            )
            if group.lifecycle() or group.guards:
                raise HclError(f"{group.where} is protected or has a postcondition")
    if bool(groups) is not with_awscc:
        raise HclError("the provider awscc is there for package groups, and only for them")
    if len({group.pattern for group, _ in groups}) != len(groups):
        raise HclError("two package groups have the same pattern")
    return groups


def _fields(value: Value, *keys: str) -> dict[str, Value]:
    """The values of an object that has these keys and no others."""
    found = dict(value.items) if isinstance(value, Object) else {}
    if found.keys() != set(keys):
        raise HclError(f"{value!r} is not an object of {', '.join(keys)}")
    return found


def _control(value: Value, names: Mapping[str, str]) -> Control:
    match value:
        case Object((("restriction_mode", str() as mode),)) if mode in set(Mode):
            control = Control(Mode(mode))
        case Object((("restriction_mode", str() as mode), ("repositories", tuple() as allowed))):
            control = Control(
                Mode.ALLOW_SPECIFIC_REPOSITORIES, tuple(_allowed(r, names) for r in allowed)
            )
            if mode != control.mode:
                raise HclError(f"repositories are named beside the mode {mode!r}")
            return control
        case _:
            raise HclError(f"an origin control is {value!r}")
    if control.mode is Mode.ALLOW_SPECIFIC_REPOSITORIES:
        raise HclError("an origin control names no repositories")
    return control


def _allowed(value: Value, names: Mapping[str, str]) -> str:
    match value:
        case Reference(("aws_codeartifact_repository", str() as label, "repository")) if (
            label in names
        ):
            return names[label]
    raise HclError(f"a package group allows {value!r}, which is no repository of this folder")


def _listed_tags(value: tuple[Value, ...] | None) -> Tags:
    tags = []
    for tag in value or ():
        found = _fields(tag, "key", "value")
        if not all(isinstance(text, str) for text in found.values()):
            raise HclError(f"a tag is {tag!r}")
        tags.append((cast("str", found["key"]), cast("str", found["value"])))
    if value == () or len({key for key, _ in tags}) != len(tags):
        raise HclError("a list of tags is empty, or has a key twice")
    return tuple(sorted(tags))


def _formats(local: _Reader, label: str, upstreams: list[str]) -> tuple[str, ...]:
    """The formats that a repository serves itself; those of its upstreams must be added to them."""
    name = f"formats_{label}"
    value = local.required(name, Call)
    united = tuple(Reference(("local", f"formats_{upstream}")) for upstream in upstreams)
    match value:
        case Call("toset", (tuple() as own,)) if not united:
            return _texts(own)
        case Call("setunion", (tuple() as own, *others)) if own and united == tuple(others):
            return _texts(own)
        case Call("setunion", others) if united and united == others:
            return ()
    raise HclError(f"{name} is {value!r}")


def _texts(values: Value) -> tuple[str, ...]:
    """A list of texts."""
    if isinstance(values, tuple) and all(isinstance(value, str) for value in values):
        return cast("tuple[str, ...]", values)
    raise HclError(f"{values!r} is not a list of texts")


def _home(resource: _Reader, attribute: str = "domain") -> _Home:
    domain = resource.attributes.pop(attribute, None)
    owner = resource.optional("domain_owner", str)
    if domain == Reference((*_DOMAIN, "domain")) and owner is None:
        return None, None
    if isinstance(domain, str):
        return domain, owner
    raise HclError(f"the domain of {resource.where} is {domain!r}")


def _upstream(block: _Reader, names: Mapping[str, str]) -> str:
    """The label of an upstream."""
    with block:
        match block.required("repository_name", Reference):
            case Reference(("aws_codeartifact_repository", str() as label, "repository")) if (
                label in names
            ):
                return label
            case other:
                raise HclError(f"an upstream is {other!r}, which is no repository of this folder")


def _connection(blocks: list[_Reader]) -> str | None:
    if not blocks:
        return None
    if len(blocks) > 1:
        raise HclError("a repository has several external connections")
    with blocks[0] as block:
        return block.required("external_connection_name", str)


def _output(block: Block) -> dict[str, Value]:
    with _Reader(block) as output:
        output.optional("description", str)
        return dict(output.required("value", Object).items)


def _domain_output(block: Block, *, managed: bool) -> dict[str, str]:
    value = _output(block)
    region = value.pop("region", None)
    if managed:
        expected = {"arn": "arn", "name": "domain", "owner": "owner"}
        references = {key: Reference((*_DOMAIN, name)) for key, name in expected.items()}
        if value != references:
            raise HclError(f"the output of the domain is {value!r}")
        value = {}
    texts = {key: text for key, text in value.items() if isinstance(text, str)}
    if texts != value or not texts.keys() <= {"name", "owner"} or not isinstance(region, str):
        raise HclError(f"the output of the domain is {value!r}")
    return texts | {"region": region}


def _check_collection(
    local: _Reader, repositories: list[tuple[Repository, RepositoryResource]]
) -> None:
    """The local value `repositories`, from which the output of the repositories is made."""
    expected = {
        repository.name: Object(
            (
                ("formats", Reference(("local", f"formats_{resource.label}"))),
                ("resource", Reference((_REPOSITORY, resource.label))),
            )
        )
        for repository, resource in repositories
    }
    if dict(local.required("repositories", Object).items) != expected:
        raise HclError("local.repositories does not name each repository once")


_EACH = ("repository", "resource")


def _region_of_endpoints(block: Block) -> str:
    """The Region in the URLs of the output of the repositories, which must be what we generate."""
    with _Reader(block) as output:
        output.optional("description", str)
        value = output.required("value", For)
    endpoints = For(
        ("format",),
        Reference(("repository", "formats")),
        Reference(("format",)),
        Template(
            (
                "https://",
                Reference((*_EACH, "domain")),
                "-",
                Reference((*_EACH, "domain_owner")),
                _host(value),
                Reference(("format",)),
                "/",
                Reference((*_EACH, "repository")),
                "/",
            )
        ),
    )
    of_each = Object(
        (
            ("arn", Reference((*_EACH, "arn"))),
            ("endpoints", endpoints),
            ("name", Reference((*_EACH, "repository"))),
        )
    )
    names = ("name", "repository")
    collection = Reference(("local", "repositories"))
    if value != For(names, collection, Reference(("name",)), of_each):
        raise HclError(f"the output of the repositories is {value!r}")
    return _host(value).removeprefix(_HOST[0]).removesuffix(_HOST[1])


_HOST = (".d.codeartifact.", ".amazonaws.com/")


def _host(value: For) -> str:
    """The text with the Region in it, wherever the URL stands in the expression."""
    match value.value:
        case Object((_, (_, For(value=Template((_, _, _, _, str() as host, *_)))), _)):
            if host.startswith(_HOST[0]) and host.endswith(_HOST[1]):
                return host
    raise HclError("the output of the repositories has no endpoints")


# Policies


def _policy_of_domain(blocks: _Blocks, homes: set[_Home]) -> Policy:
    if ("resource", *_DOMAIN_POLICY) not in blocks:
        return ()
    policy, home = _policy(_take(blocks, "resource", *_DOMAIN_POLICY))
    homes.add(home)
    return policy


def _policy(block: Block, label: str | None = None) -> tuple[Policy, _Home]:
    """The policy of the domain, or of the repository of a label, and the domain that it names."""
    with _Reader(block) as reader:
        home = _home(reader)
        if label is not None:
            repository = reader.required("repository", Reference)
            if repository != Reference((_REPOSITORY, label, "repository")):
                raise HclError(f"{reader.where} is for {repository!r}")
        match reader.required("policy_document", Call):
            case Call("jsonencode", (Object() as document,)):
                return _statements(document), home
            case other:
                raise HclError(f"the policy of {reader.where} is {other!r}")


def _statements(document: Object) -> Policy:
    items = dict(document.items)
    statements = items.pop("Statement", None)
    if items != {"Version": "2012-10-17"} or not isinstance(statements, tuple) or not statements:
        raise HclError(f"a policy holds {document!r}")
    return tuple(_statement(statement) for statement in statements)


def _statement(value: Value) -> Statement:
    if not isinstance(value, Object):
        raise HclError(f"a statement is {value!r}")
    items = dict(value.items)
    not_principals, principals = _either(items, "Principal")
    not_actions, actions = _either(items, "Action")
    not_resources, resources = _either(items, "Resource")
    sid, effect = items.pop("Sid", None), items.pop("Effect", None)
    conditions = _conditions(items.pop("Condition")) if "Condition" in items else ()
    if items or effect not in {*Effect} or not isinstance(sid, str | None):
        raise HclError(f"a statement is {value!r}")
    return Statement(
        effect=Effect(str(effect)),
        principals=EVERYONE if principals == "*" else _principals(principals),
        actions=_some_texts(actions),
        resources=("*",) if resources == "*" else _some_texts(resources),
        conditions=conditions,
        sid=sid,
        not_principals=not_principals,
        not_actions=not_actions,
        not_resources=not_resources,
    )


def _either(items: dict[str, Value], name: str) -> tuple[bool, Value]:
    """Whether a statement has the negated form of an element, and the value of the element."""
    found = [key for key in (name, f"Not{name}") if key in items]
    if len(found) != 1:
        raise HclError(f"a statement has {' and '.join(found) or f'no {name}'}")
    return found[0] != name, items.pop(found[0])


def _principals(value: Value) -> Principals:
    return tuple((kind, _some_texts(names)) for kind, names in _some_items(value))


def _conditions(value: Value) -> tuple[Condition, ...]:
    return tuple(
        Condition(operator, key, _some_texts(values))
        for operator, keys in _some_items(value)
        for key, values in _some_items(keys)
    )


def _some_items(value: Value) -> tuple[tuple[str, Value], ...]:
    if not isinstance(value, Object) or not value.items:
        raise HclError(f"{value!r} is not an object that holds something")
    return value.items


def _some_texts(value: Value) -> tuple[str, ...]:
    texts = _texts(value)
    if not texts:
        raise HclError("a list of a policy is empty")
    return texts
