"""What a site still has of the past: the archives of its feeds and its sitemaps. They fill gaps, and back-fill new feeds."""
