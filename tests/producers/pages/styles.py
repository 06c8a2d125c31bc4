"""One article on the pages of ten news sites, each built the way such sites are: what must be read, among what must not."""

from __future__ import annotations

import json
from typing import NamedTuple

PARAGRAPHS = (
    "The coast guard of Norrland towed two disabled patrol boats into the harbour of Vik on Thursday, a day after they "
    "collided with a Veldanian trawler in waters that both countries claim.",
    "“We will not be pushed out of our own fishing grounds,” Defence Minister Ada Quill told reporters on the quay. She "
    "added that a third vessel had been sent to the area.",
    "Veldania's foreign ministry denied that its trawler had rammed the boats and called on Norrland to release the six "
    "crew members who were detained after the collision.",
    "The dispute goes back to a treaty of 1961 that drew the sea border along a sandbank which storms have since moved by "
    "some four kilometres, according to hydrographers in both capitals.",
    "Talks on a new line were suspended in May. Diplomats said that a meeting planned for next week would go ahead, but "
    "that neither side expected a result before the elections in the autumn.",
)
TITLE = "Norrland tows patrol boats into port after collision at disputed sandbank"
JUNK = (
    "Sign up for our newsletter", "Most read", "Ten recipes for autumn", "Share on social media", "All rights reserved",
    "Advertisement", "We use cookies to improve your visit", "Football: Harbour United win again", "Subscribe for 1 a week",
)  # fmt: skip


class Style(NamedTuple):
    name: str
    html: str


def _ps(before: str = "<p>", after: str = "</p>", between: str = "") -> str:
    return between.join(f"{before}{paragraph}{after}" for paragraph in PARAGRAPHS)


def _ld(**fields: object) -> str:
    return (
        '<script type="application/ld+json">' + json.dumps({"@context": "https://schema.org", **fields}) + "</script>"
    )


_NAV = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/world'>World</a></li><li><a href='/sport'>Sport</a></li></ul></nav>"
_MOST_READ = (
    "<aside class='most-read'><h2>Most read</h2><ol><li><a href='/a'>Ten recipes for autumn</a></li>"
    "<li><a href='/b'>Football: Harbour United win again</a></li></ol></aside>"
)
_FOOTER = "<footer><p>© 2026 The Paper. All rights reserved. <a href='/terms'>Terms</a></p></footer>"
_COOKIES = (
    "<div class='cookie-banner' role='dialog'><p>We use cookies to improve your visit.</p><button>Accept</button></div>"
)

STYLES = (
    Style("semantic article", f"""<!doctype html><html lang="en"><head><title>{TITLE} | The Paper</title></head><body>{_NAV}
<main><article><header><h1>{TITLE}</h1></header>{_ps()}</article></main>{_MOST_READ}{_FOOTER}</body></html>"""),
    Style("wordpress", f"""<!doctype html><html><head><title>{TITLE} - Harbour Post</title></head><body class="single-post">{_NAV}
<div id="primary"><div class="post hentry"><h1 class="entry-title">{TITLE}</h1><div class="entry-meta">by Ina Holm</div>
<div class="entry-content">{_ps()}<div class="sharedaddy">Share on social media</div></div></div></div>
<div id="secondary" class="widget-area">{_MOST_READ}</div>{_FOOTER}</body></html>"""),
    Style("react blocks", f"""<!doctype html><html><head><title>{TITLE}</title>{_ld(**{"@type": "NewsArticle", "headline": TITLE,
    "datePublished": "2026-09-10T08:15:00+02:00", "author": {"@type": "Person", "name": "Ina Holm"}})}</head><body><div id="root">
<div data-component="headline-block"><h1>{TITLE}</h1></div>
{_ps('<div data-component="text-block" class="ssrcss-7uxr49"><p class="ssrcss-1q0x1qg">', "</p></div>", '<div data-component="ad-slot">Advertisement</div>')}
<div data-component="links-block">{_MOST_READ}</div></div>{_COOKIES}</body></html>"""),
    Style("agency with dateline", f"""<html><head><title>{TITLE}</title></head><body>{_NAV}<div class="Article"><div class="Page-headline">{TITLE}</div>
<div class="RichTextStoryBody"><p>VIK, Norrland (NN) — {PARAGRAPHS[0]}</p>{"".join(f"<p>{p}</p>" for p in PARAGRAPHS[1:])}</div>
<div class="Newsletter"><h3>Sign up for our newsletter</h3><form><input name="email"></form></div></div>{_FOOTER}</body></html>"""),
    Style("line breaks", f"""<html><head><title>{TITLE}</title></head><body><table width="100%"><tr><td class="menu"><a href="/">Home</a><br>
<a href="/sport">Football: Harbour United win again</a></td><td class="content"><h1>{TITLE}</h1><div class="article-text">{"<br><br>".join(PARAGRAPHS)}</div>
</td></tr></table>{_FOOTER}</body></html>"""),
    Style("microdata", f"""<!doctype html><html><head><title>{TITLE}</title></head><body>{_NAV}<div itemscope itemtype="https://schema.org/NewsArticle">
<h1 itemprop="headline">{TITLE}</h1><time itemprop="datePublished" datetime="2026-09-10T06:15:00Z">10 Sept</time>
<div itemprop="articleBody">{_ps(between="<div class='ad'>Advertisement</div>")}</div></div>{_MOST_READ}{_FOOTER}</body></html>"""),
    Style("in-article promotions", f"""<!doctype html><html><head><title>{TITLE}</title></head><body>{_NAV}<article class="dcr"><h1>{TITLE}</h1>
<div class="article-body">{_ps(between="<aside data-component='rich-link'><a href='/c'>Ten recipes for autumn</a></aside>")}
<div class="contributions-epic"><p>Subscribe for 1 a week and support us.</p></div></div></article>{_FOOTER}</body></html>"""),
    Style("ministry", f"""<html><head><title>Ministry of Foreign Affairs</title></head><body><div id="header"><a href="/">Ministry</a></div>
<div id="breadcrumbs"><a href="/">Home</a> / <a href="/press">Press</a></div><div id="content"><h2>{TITLE}</h2><span class="date">10.09.2026</span>
<div class="text">{_ps()}</div></div><div id="footer">All rights reserved</div></body></html>"""),
    Style("body in JSON-LD", f"""<!doctype html><html><head><title>{TITLE}</title>{_ld(**{"@graph": [{"@type": "WebSite", "name": "Gazette"},
    {"@type": ["NewsArticle"], "headline": TITLE, "articleBody": chr(10).join(PARAGRAPHS), "isAccessibleForFree": True,
    "datePublished": "2026-09-10T06:15:00Z", "author": [{"@type": "Person", "name": "Ina Holm"}, {"@type": "Person", "name": "Jon Ek"}]}]})}</head>
<body>{_NAV}<div class="teaser"><h1>{TITLE}</h1><p>{PARAGRAPHS[0]}</p></div>{_MOST_READ}</body></html>"""),
    Style("think-tank", f"""<!doctype html><html><head><title>{TITLE} | Institute</title></head><body>{_NAV}<section class="hero"><h1>{TITLE}</h1></section>
<section class="layout"><div class="layout__sidebar"><h4>Most read</h4><a href='/b'>Ten recipes for autumn</a></div>
<div class="layout__main"><div class="field--body">{_ps()}</div></div></section>{_COOKIES}{_FOOTER}</body></html>"""),
)  # fmt: skip

CONSENT = """<!doctype html><html><head><title>Before you continue</title></head><body><div role="dialog"><h1>We value your privacy</h1>
<p>We and our partners store and/or access information on a device, such as unique IDs in cookies, to process personal data. You may accept
or manage your choices by clicking below, including your right to object where legitimate interest is used, or at any time in the
privacy policy page. These choices will be signaled to our partners and will not affect browsing data.</p>
<p>We use data for precise geolocation, personalised advertising and content, advertising and content measurement, audience research and
services development.</p><button>Accept all</button><button>Reject all</button><button>Manage options</button></div></body></html>"""

PAYWALLS = (
    f"""<!doctype html><html><head><title>{TITLE}</title>{_ld(**{"@type": "NewsArticle", "headline": TITLE, "isAccessibleForFree": "False"})}</head>
<body>{_NAV}<article><h1>{TITLE}</h1><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p></article>{_FOOTER}</body></html>""",
    f"""<!doctype html><html><head><title>{TITLE}</title></head><body>{_NAV}<article><h1>{TITLE}</h1><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>
<div class="gate"><h2>Subscribe to continue reading</h2><p>Already a subscriber? Log in</p></div></article>{_FOOTER}</body></html>""",
    f"""<!doctype html><html lang="fr"><head><title>Collision</title></head><body><article><h1>Collision en mer</h1><p>{PARAGRAPHS[0]}</p>
<section><h2>La suite est réservée aux abonnés</h2><p>Déjà abonné ? Connectez-vous</p></section></article></body></html>""",
)  # fmt: skip
