//! What every answer says about itself, whatever it holds: one list, each line with its reference.

use axum::http::{HeaderValue, header::HeaderName};
use axum::response::Response;

/// The headers of every answer.
const HEADERS: &[(&str, &str)] = &[
    // No script, no frame, no font, nothing from elsewhere: <https://www.w3.org/TR/CSP3/>.
    // `data:` is for the pages of a letter, which are drawings of our own and run nothing inside `img`.
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    // Addresses hold ids of people; nobody else learns them: <https://www.w3.org/TR/referrer-policy/>.
    ("referrer-policy", "no-referrer"),
    // A browser believes our types: <https://fetch.spec.whatwg.org/#x-content-type-options-header>.
    ("x-content-type-options", "nosniff"),
    // Nothing stays on the disk of the browser: RFC 9111, section 5.2.2.5.
    ("cache-control", "no-store"),
    // For browsers before CSP's frame-ancestors: RFC 7034.
    ("x-frame-options", "DENY"),
    // No other window keeps a hand on ours: <https://html.spec.whatwg.org/#cross-origin-opener-policies>.
    ("cross-origin-opener-policy", "same-origin"),
    // No other page embeds what we answer: <https://fetch.spec.whatwg.org/#cross-origin-resource-policy-header>.
    ("cross-origin-resource-policy", "same-origin"),
    // Nothing of the machine is for pages: <https://www.w3.org/TR/permissions-policy/>.
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), usb=()",
    ),
    // Not for machines that collect pages: RFC 9309 leaves this to pages.
    ("x-robots-tag", "noindex, nofollow"),
];

/// Adds them.
pub(crate) async fn add(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        response.headers_mut().insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    response
}
