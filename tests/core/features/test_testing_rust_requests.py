"""End-to-end tests of Rust: requests to an axum router, in process; and why there are none."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.projects import fingerprint, generate, read, written
from tests.support.runners_of import cargo_project

from stoker_analyzers.languages import by_id
from stoker_analyzers.rust.functions import function_of
from stoker_analyzers.rust.routes import Mount, mounts_in
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import NoOffer, Offer
from stoker_server.features.testing.rust.requests import requests_for
from stoker_server.features.testing.rust.routed import Route, RoutedTarget, need_axum
from stoker_server.features.testing.rust.target import RustTarget
from stoker_server.proving.errors import ProvingError
from stoker_server.proving.rust.crates import crate_of
from stoker_wire.verdicts import Outcome

NOTES = Path(__file__).parents[2] / "fixtures" / "projects" / "axum" / "src" / "notes.rs"
APP = """
pub fn app(state: AppState) -> Router {
    let api = Router::new()
        .route("/", get(root))
        .route("/notes", get(list).post(create));
    let deep = Router::new().route("/d", get(deepest));
    let api = api.nest("/deep", deep);
    base()
        .nest("/api", api)
        .nest("/v2", Router::new().route("/x/{id}", get(show)).merge(users::router()))
        .nest("/u", users::router().with_state(state.clone()))
}
"""


@pytest.mark.slow
async def test_requests_are_sent_to_the_router_that_has_the_handler(tmp_path: Path) -> None:
    folder = cargo_project("axum", tmp_path / "notebook")
    before = fingerprint(folder)
    for symbol, said in (
        ("create", '(201, r#"{"id":1,"title":"a","stars":1}"#.to_string())'),
        ("show", 'answer_to(app(Store::default()), "GET", "/api/notes/7", "").await;\n    assert_eq!(answer, (404, '),
    ):
        result = await generate(folder, "src/notes.rs", symbol, kind="end-to-end")
        assert {name: known for name, known in fingerprint(folder).items() if name in before} == before
        assert isinstance(result, Offer), f"{result.reason} {result.receipt}"
        assert {each.outcome for each in result.receipt.verdicts} == {Outcome.PASSED}
        assert f" lines of {symbol} through app" in result.receipt.verdicts[2].evidence
        path, text = written(result, folder)
        assert path == "tests/app.rs"
        assert said in text
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)
    assert text.count("async fn answer_to(") == 1
    nothing = await generate(folder, "src/lib.rs", "app", kind="end-to-end")
    assert isinstance(nothing, NoOffer)
    assert nothing.reason.startswith("no public function of the crate gives a `Router` that has app as a route")


def test_what_is_mounted_has_the_paths_around_it() -> None:
    snapshot = Snapshot("file:///a.rs", APP, by_id("rust"))
    function = function_of(snapshot, snapshot.outline.symbols[0])
    assert function is not None
    found = mounts_in(snapshot, function.node)
    routes = {each.path: each.code for each in found if each.kind == "route"}
    assert routes == {
        "/api": "get(root)",
        "/api/notes": "get(list).post(create)",
        "/api/deep/d": "get(deepest)",
        "/v2/x/{id}": "get(show)",
    }
    assert {Mount("merge", "/v2", "users::router()"), Mount("start", "", "base()")} <= set(found)
    assert Mount("nest", "/u", "users::router().with_state(state.clone())") in found


def target_of(path: Path, symbol: str) -> RustTarget:
    snapshot = read(path)
    found = snapshot.outline.find(symbol)
    assert found is not None
    function = function_of(snapshot, found)
    assert function is not None
    return RustTarget(snapshot, found, path, function, NOTES.parent, path)


def routed(symbol: str, route: Route) -> RoutedTarget:
    app, handler = target_of(NOTES.with_name("lib.rs"), "app"), target_of(NOTES, symbol)
    return RoutedTarget(app.snapshot, app.symbol, app.path, app.function, app.folder, app.copy, handler, (route,))


def test_bodies_and_queries_come_from_what_is_extracted() -> None:
    def sent(symbol: str, route: Route) -> set[tuple[str, ...]]:
        target = routed(symbol, route)
        found = requests_for(target, NOTES.parent)
        return {tuple(each.code for each in candidate.arguments[-3:]) for candidate in found}

    assert {
        ('"POST"', '"/notes"', 'r#"{"title":"a","stars":3}"#'),
        ('"POST"', '"/notes"', 'r#"{"title":""}"#'),
        ('"POST"', '"/notes"', '""'),
    } <= sent("create", Route("POST", "/notes"))
    assert ('"GET"', '"/notes?stars=3"', '""') in sent("list", Route("GET", "/notes"))
    assert {('"GET"', '"/notes/5"', '""'), ('"GET"', '"/notes/a"', '""')} <= sent("show", Route("GET", "/notes/{id}"))


def test_what_requests_need_is_told() -> None:
    def crate(*names: str) -> object:
        target = {"name": "shop", "kind": ["lib"], "src_path": "/home/ann/src/lib.rs"}
        needs = [{"name": name, "kind": "dev", "features": features} for name, _, *features in map(str.split, names)]
        package = {"name": "shop", "id": "shop", "manifest_path": "/home/ann/Cargo.toml", "targets": [target]}
        whole = {"packages": [{**package, "dependencies": needs}]}
        need_axum(crate_of(whole, Path("/home/ann/src/lib.rs")))
        return None

    with pytest.raises(ProvingError, match="shop does not have axum and tower among its dependencies"):
        crate("tokio 1 rt")
    with pytest.raises(ProvingError, match="shop has tower without its feature `util`"):
        crate("axum 0.8", "tokio 1 rt", "tower 0.5 limit")
    crate("axum 0.8", "tokio 1 rt", "tower 0.5 limit util")
