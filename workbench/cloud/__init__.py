"""The cloud API (domain S, A91): other companies drive staff, groups and records by the published cloud SDKs."""
