"""The product's message format: payloads of every src, IM elements. Pure: no Django models, no database."""
