"""The REST door, `/api/v1/` (docs/rest.md): headless visitors by token, business servers by key. An edge."""
