"""The web app: pages that talk with a person, and decide nothing. `create_app` in `app` builds it."""
