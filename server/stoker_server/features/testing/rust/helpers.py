"""What tests declare to make some calls at all."""

from __future__ import annotations

FORMATTED = """\
struct Formatted<F>(F);

impl<F: Fn(&mut std::fmt::Formatter<'_>) -> std::fmt::Result> std::fmt::Display for Formatted<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (self.0)(f)
    }
}
"""
"""What shows what a function writes to a formatter: nothing else can make one."""

ANSWER = """\
/// The status and the body that an application answers a request with.
async fn answer_to(app: axum::Router, method: &str, target: &str, body: &str) -> (u16, String) {
    let kind = if body.starts_with('{') {
        "application/json"
    } else {
        "application/x-www-form-urlencoded"
    };
    let request = axum::http::Request::builder()
        .method(method)
        .uri(target)
        .header("content-type", kind)
        .body(axum::body::Body::from(body.to_owned()))
        .unwrap();
    let response = tower::ServiceExt::oneshot(app, request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8_lossy(&bytes).into_owned())
}
"""
"""What sends a request to an application and tells what it answers."""
