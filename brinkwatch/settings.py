"""Every setting of the product in one typed object, read once at the edge: environment first, then a TOML file.

`docs/settings.md` is generated from the fields below; a test holds the two together.
"""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from brinkwatch.errors import SettingsError

PREFIX = "BRINKWATCH_"


def _default_data_dir() -> Path:
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "brinkwatch"


class Settings(BaseSettings):
    """All settings. Names in the environment are the field's name in upper case behind `BRINKWATCH_`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True, env_ignore_empty=True)

    # the profile
    profile: Literal["embedded", "cluster"] = Field(
        "embedded", description="`embedded`: one process on local storage; `cluster`: Kafka, Faust and Elasticsearch."
    )
    data_dir: Path = Field(
        default_factory=_default_data_dir,
        description="Where the embedded profile keeps everything, and cluster services keep what they may lose. Default: the XDG data folder.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much is logged to stderr.")
    log_format: Literal["auto", "console", "json"] = Field(
        "auto", description="`auto`: coloured lines on a terminal, JSON elsewhere."
    )

    # kafka and elasticsearch
    kafka_bootstrap: str = Field("127.0.0.1:9092", description="Kafka's bootstrap servers, comma-separated.")
    topic_prefix: str = Field("brinkwatch.", description="What every topic's and consumer group's name begins with.")
    topic_partitions: int = Field(4, ge=1, le=1000, description="Partitions of the topics that `setup` creates.")
    topic_replication: int = Field(1, ge=1, le=10, description="Replication factor of the topics that `setup` creates.")
    topic_retention_hours: int = Field(
        168,
        ge=1,
        description="How long article messages stay in Kafka, or in the embedded journal after they were processed.",
    )
    elasticsearch_url: str = Field("http://127.0.0.1:9200", description="Elasticsearch's address.")
    elasticsearch_username: str = Field("", description="User of Elasticsearch, where it asks for one.")
    elasticsearch_password: SecretStr = Field(SecretStr(""), description="Password of that user.")
    elasticsearch_api_key: SecretStr = Field(SecretStr(""), description="API key, instead of user and password.")
    elasticsearch_ca_file: Path | None = Field(None, description="Certificates to trust for Elasticsearch.")
    index_prefix: str = Field("", description="What every index's and alias's name begins with.")
    index_replicas: int = Field(0, ge=0, le=10, description="Replicas of the indices whose template `setup` creates.")
    session_timeout: float = Field(
        10.0, ge=6, le=300, description="Seconds after which a silent consumer's partitions are given to others."
    )

    # polling
    poll_interval: float = Field(900.0, ge=1, description="Seconds between polls of a feed that says nothing about it.")
    poll_interval_min: float = Field(120.0, ge=1, description="The shortest interval, whatever a feed says.")
    poll_interval_max: float = Field(86400.0, ge=1, description="The longest interval, whatever a feed says.")
    poll_concurrency: int = Field(16, ge=1, le=1000, description="Feeds fetched at the same time.")
    host_pace: float = Field(
        1.0,
        ge=0,
        le=600,
        description="Seconds between the end of a request to a host and the next to it; hosts of `allow_private` are yours and have none.",
    )
    fetch_timeout: float = Field(
        20.0, gt=0, le=600, description="Seconds one fetch may take from first to last byte, redirects included."
    )
    fetch_max_bytes: int = Field(10_000_000, ge=1000, description="Bytes of a feed as sent.")
    fetch_max_decompressed_bytes: int = Field(20_000_000, ge=1000, description="Bytes of a feed after decompression.")
    fetch_max_redirects: int = Field(5, ge=0, le=20, description="Redirects followed in one fetch.")
    parse_timeout: float = Field(
        15.0, gt=0, le=600, description="Seconds the parsing of one feed may take before its worker is killed."
    )
    max_entries: int = Field(
        2000, ge=1, description="Entries taken from one poll of a feed; more are cut, and it is said."
    )
    full_text: Literal["off", "on", "auto"] = Field(
        "off",
        description="Fetch article pages: `auto` where a feed gives a teaser, `on` always. A feed's own setting wins. robots.txt is kept to.",
    )
    page_max_bytes: int = Field(3_000_000, ge=1000, description="Bytes of an article page after decompression.")
    pages_per_poll: int = Field(
        20, ge=0, le=500, description="Article pages fetched for one poll of a feed; the others keep the feed's text."
    )
    gap_fill_limit: int = Field(
        50,
        ge=0,
        le=1000,
        description="Articles that archives and sitemaps may fill a gap of a feed with; 0 leaves gaps as they are.",
    )
    respect_tdm: bool = Field(
        False,
        description="Keep to reservations of text and data mining (TDMRep, in headers, pages and files): metadata only.",
    )
    user_agent: str = Field(
        "brinkwatch/0.1 (news monitor; operator unnamed)",
        description="The User-Agent of every fetch. Put an address in it where you can be reached.",
    )
    allow_private: str = Field(
        "", description="Private addresses that may be fetched or called all the same: `127.0.0.1:8099,10.1.0.0/16`."
    )
    proxy: SecretStr = Field(
        SecretStr(""),
        description="The proxy for feeds, pages and webhooks: `http://user:password@proxy.example:3128`, `https://…`, `socks5://…`. Hosts of `allow_private` are asked directly: [what it means](feeds.md#proxies).",
    )
    feed_access: Path | None = Field(
        None,
        description="The file with logins and proxies of single feeds: [its format](feeds.md#logins). Default: `feed-access.toml` in the data folder.",
    )

    # push
    websub_url: str = Field(
        "",
        description="The public address at which hubs reach the listener: `https://push.example/websub`. Empty: feeds are polled only ([push](feeds.md#push)).",
    )
    websub_key: SecretStr = Field(
        SecretStr(""),
        description="At least 32 characters that callback addresses and the subscriptions' secrets are derived from; the same for all producers.",
    )
    websub_host: str = Field("127.0.0.1", description="Address that the listener for hubs listens on.")
    websub_port: int = Field(8090, ge=0, le=65535, description="Port of that listener; 0: any that is free.")
    websub_poll_interval: float = Field(
        21600.0, ge=60, description="Seconds between the polls, for safety, of a feed whose hub pushes."
    )

    # understanding
    analyze_workers: int = Field(2, ge=1, le=64, description="Worker processes that analyse articles.")
    analyze_timeout: float = Field(
        60.0,
        gt=0,
        le=3600,
        description="Seconds one text may take before its worker is killed and the article becomes a dead letter.",
    )
    max_text_chars: int = Field(
        200_000,
        ge=1000,
        le=900_000,
        description="Characters of a text that are analysed; longer ones are cut and say so.",
    )
    max_stored_chars: int = Field(
        100_000,
        ge=1000,
        le=200_000,
        description="Characters of an article's text that travel and are stored; longer ones are cut and say so.",
    )
    spacy_model: str = Field(
        "", description="The spaCy pipeline for English. Default: `en_core_web_sm`, or the bundled copy of it."
    )
    knowledge_dir: Path | None = Field(
        None,
        description="A folder with names and rules of your own, laid over the analyzer's: [how](understanding.md#names-and-rules-of-your-own).",
    )
    worker_memory_mb: int = Field(
        1500, ge=200, description="Address space beyond which a worker process is refused memory, in MB."
    )

    # alerts and deliveries
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="Key that webhooks are signed with (Standard Webhooks, `whsec_…`). Empty: unsigned."
    )
    delivery_timeout: float = Field(15.0, gt=0, le=120, description="Seconds one delivery may take.")
    delivery_max_days: float = Field(3.0, gt=0, le=30, description="Days a delivery is tried before it fails.")
    digest_after: float = Field(
        3600.0,
        ge=60,
        description="An alert raised this many seconds after its article was first seen is late: it goes into one digest.",
    )

    # console and health
    console_host: str = Field("127.0.0.1", description="Address the console listens on.")
    console_port: int = Field(8080, ge=0, le=65535, description="Port of the console.")
    health_host: str = Field(
        "127.0.0.1", description="Address that `/healthz`, `/readyz` and `/metrics` of a cluster service listen on."
    )
    health_port: int = Field(
        0,
        ge=0,
        le=65535,
        description="Port of those; 0: each service its own default (produce 8081, process 8082, index 8083, alert 8084).",
    )
    console_url: str = Field(
        "", description="The console's address as people reach it, for links in alerts. Default: where it listens."
    )
    console_hosts: str = Field(
        "",
        description="Further host names that the console answers to, comma-separated; others are refused (DNS rebinding).",
    )

    # demo
    seeds_dir: Path | None = Field(
        None, description="The folder with starter feeds and sample articles. Default: the one beside the packages."
    )

    @field_validator("data_dir", "seeds_dir", "knowledge_dir", "feed_access", "elasticsearch_ca_file", mode="after")
    @classmethod
    def _expand(cls, value: Path | None) -> Path | None:
        return value.expanduser() if value is not None else None

    @field_validator("topic_prefix", "index_prefix", mode="after")
    @classmethod
    def _prefix_is_plain(cls, value: str) -> str:
        if not all(c.isascii() and (c.isalnum() or c in "._-") for c in value):
            raise ValueError("use letters, digits, '.', '_' and '-' only")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        sources: list[PydanticBaseSettingsSource] = [init_settings, env_settings]
        path = os.environ.get(PREFIX + "CONFIG")
        if path:
            if not Path(path).is_file():
                raise SettingsError(
                    f"The settings file {path} (from {PREFIX}CONFIG) does not exist.",
                    "Name an existing TOML file, or unset the variable.",
                )
            sources.append(TomlConfigSettingsSource(settings_cls, toml_file=path))
        return tuple(sources)


def read_settings(**given: Any) -> Settings:
    """Read the settings from arguments, environment and file, in that order. Raises `SettingsError` naming what is wrong."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "?"
        secret = name in secret_names()
        value = "" if secret else f" is {_value_of(name, error)!r}"
        raise SettingsError(
            f"The setting {PREFIX}{name.upper()}{value}: {first['msg']}.", _what_would_do(name)
        ) from None
    except ValueError as error:
        raise SettingsError(
            f"The settings file cannot be read: {error}.", "It is TOML: name = value, a line each."
        ) from None


@functools.cache
def secret_names() -> frozenset[str]:
    """The settings whose values are never shown."""
    return frozenset(name for name, field in Settings.model_fields.items() if field.annotation is SecretStr)


def _value_of(name: str, error: ValidationError) -> Any:
    return error.errors()[0].get("input")


def _what_would_do(name: str) -> str:
    field = Settings.model_fields.get(name)
    return f"{field.description}" if field is not None and field.description else ""
