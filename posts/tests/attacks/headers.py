"""The headers of every answer, as data written by hand: what each kind of address says, and nothing beside it.

A header has one value, or one of several; `ABSENT` among them means that it may also be missing.
"""

ABSENT = None

_FEATURES = (
    "accelerometer=(), camera=(), display-capture=(), encrypted-media=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), screen-wake-lock=(), serial=(), usb=(), "
    "xr-spatial-tracking=()"
)
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' https:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
FRESH = "max-age=0, must-revalidate, public, s-maxage=1"
DAY = "max-age=86400, public"
PRIVATE = "no-store, private"
STRICT = "strict-origin-when-cross-origin"

EVERYWHERE = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": _FEATURES,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": STRICT,
    "Strict-Transport-Security": ABSENT,  # SITE_URL of the tests is http; see test_with_tls
    "Server": ABSENT,
    "X-Powered-By": ABSENT,
    "X-Robots-Tag": ABSENT,
    "Access-Control-Allow-Origin": ABSENT,
    "Set-Cookie": ABSENT,
}
PUBLIC = EVERYWHERE | {"Cache-Control": FRESH, "Vary": ABSENT}
FILE = PUBLIC | {"Cache-Control": DAY}
CLOSED = EVERYWHERE | {
    "Cache-Control": PRIVATE,
    "X-Robots-Tag": "noindex",
    "Set-Cookie": (ABSENT, "of ours"),
    "Vary": (ABSENT, "Cookie", "Accept-Language, Cookie", "Accept-Language"),
}
PREVIEW = CLOSED | {"Referrer-Policy": "no-referrer"}
FRAME = PREVIEW | {
    "Content-Security-Policy": POLICY - {"frame-ancestors 'none'"} | {"frame-ancestors 'self'"},
    "X-Frame-Options": "SAMEORIGIN",
}
SHARED = PREVIEW | {"Set-Cookie": ABSENT}
RESET = CLOSED | {"Referrer-Policy": "same-origin"}
FRAMES = CLOSED | {"Content-Security-Policy": POLICY | {"frame-src 'self'"}}
PROBE = PUBLIC | {"Cache-Control": "no-store"}
MEDIA = PUBLIC | {"Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": (DAY, FRESH)}
STATIC = MEDIA | {
    "Cache-Control": ("max-age=60, public", "immutable, max-age=315360000, public"),
    "Access-Control-Allow-Origin": "*",
    "Vary": (ABSENT, "Accept-Encoding"),
}
NO_STORE = {"Cache-Control": ("no-store", FRESH)}  # faults and refusals of public addresses

# The longest beginning of the address that fits
KINDS = {
    "/": PUBLIC,
    "/robots.txt": FILE,
    "/site.webmanifest": FILE,
    "/favicon.ico": FILE,
    "/.well-known/": FILE,
    "/healthz": PROBE,
    "/readyz": PROBE,
    "/metrics": PUBLIC,
    "/media/": MEDIA,
    "/static/": STATIC,
    "/preview/": PREVIEW,
    "/shared/": SHARED,
    "/admin/": CLOSED,
    "/admin/password_reset/": RESET,
}
ENDINGS = {"/frame/": FRAME, "/front/": FRAME}  # below /preview/, where the text is shown
DESK_OF_PREVIEWS = r"/admin/posts/post/\d+/preview/\d+/$"
PLAIN = (200, 301, 302, 304, 404, 410)  # what caches may keep
