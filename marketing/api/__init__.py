"""The API's root: keys and tokens, problem+json, throttles, views, OpenAPI."""
